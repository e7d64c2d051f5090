-- {"anna": {"rooms": [{"room": "lobby", "name": "lobby", "seq": 6, "read": 4, "unread": 0, "time": "2026-11-30T12:37:30.835Z"}, {"room": "@1.2", "name": "李伟", "seq": 1, "read": 1, "unread": 0, "time": "2026-11-30T12:37:30.733Z"}, {"room": "项目", "name": "项目", "seq": 1, "read": 0, "unread": 1, "time": "2026-11-30T12:37:30.662Z", "level": "mentions"}], "pages": {"lobby": {"room": "lobby", "epoch": "fee6b6f127986add", "events": [{"type": 1, "data": {"msg": "a quick zebra says hello", "user": "Anna", "userid": 1, "room": "lobby", "seq": 1, "id": 4294967297, "time": "2026-11-30T12:37:30.573Z"}}, {"type": 1, "data": {"msg": "今天下午我们在会议室讨论", "user": "李伟", "userid": 2, "room": "lobby", "seq": 2, "id": 4294967298, "time": "2026-11-30T12:37:30.613Z", "reply": 1}}, {"type": 1, "data": {"msg": "the other text", "user": "Anna", "userid": 1, "room": "lobby", "seq": 3, "id": 4294967299, "time": "2026-11-30T12:37:30.792Z", "edited": "2026-11-30T12:37:30.818Z"}}, {"type": 1, "data": {"msg": "", "user": "Anna", "userid": 1, "room": "lobby", "seq": 4, "id": 4294967300, "time": "2026-11-30T12:37:30.798Z", "deleted": true}}, {"type": "edit", "data": {"room": "lobby", "seq": 5, "of": 3, "time": "2026-11-30T12:37:30.818Z", "msg": "the other text"}}, {"type": "delete", "data": {"room": "lobby", "seq": 6, "of": 4, "time": "2026-11-30T12:37:30.835Z"}}], "more": false}, "@1.2": {"room": "@1.2", "epoch": "fee6b6f127986add", "events": [{"type": 1, "data": {"msg": "psst", "user": "Anna", "userid": 1, "room": "@1.2", "seq": 1, "id": 12884901889, "time": "2026-11-30T12:37:30.733Z", "userto": 2}}], "more": false}, "项目": {"room": "项目", "epoch": "fee6b6f127986add", "events": [{"type": 1, "data": {"msg": "of the project", "user": "李伟", "userid": 2, "room": "项目", "seq": 1, "id": 8589934593, "time": "2026-11-30T12:37:30.662Z"}}], "more": false}}, "session": "v7pme3tf4p1wbhzwvyr9phtdh82enno6", "userid": 1}, "wei": {"rooms": [{"room": "lobby", "name": "lobby", "seq": 6, "read": 2, "unread": 2, "time": "2026-11-30T12:37:30.835Z"}, {"room": "@1.2", "name": "Anna", "seq": 1, "read": 0, "unread": 1, "time": "2026-11-30T12:37:30.733Z"}, {"room": "项目", "name": "项目", "seq": 1, "read": 1, "unread": 0, "time": "2026-11-30T12:37:30.662Z"}], "pages": {"lobby": {"room": "lobby", "epoch": "fee6b6f127986add", "events": [{"type": 1, "data": {"msg": "a quick zebra says hello", "user": "Anna", "userid": 1, "room": "lobby", "seq": 1, "id": 4294967297, "time": "2026-11-30T12:37:30.573Z"}}, {"type": 1, "data": {"msg": "今天下午我们在会议室讨论", "user": "李伟", "userid": 2, "room": "lobby", "seq": 2, "id": 4294967298, "time": "2026-11-30T12:37:30.613Z", "reply": 1}}, {"type": 1, "data": {"msg": "the other text", "user": "Anna", "userid": 1, "room": "lobby", "seq": 3, "id": 4294967299, "time": "2026-11-30T12:37:30.792Z", "edited": "2026-11-30T12:37:30.818Z"}}, {"type": 1, "data": {"msg": "", "user": "Anna", "userid": 1, "room": "lobby", "seq": 4, "id": 4294967300, "time": "2026-11-30T12:37:30.798Z", "deleted": true}}, {"type": "edit", "data": {"room": "lobby", "seq": 5, "of": 3, "time": "2026-11-30T12:37:30.818Z", "msg": "the other text"}}, {"type": "delete", "data": {"room": "lobby", "seq": 6, "of": 4, "time": "2026-11-30T12:37:30.835Z"}}], "more": false}, "@1.2": {"room": "@1.2", "epoch": "fee6b6f127986add", "events": [{"type": 1, "data": {"msg": "psst", "user": "Anna", "userid": 1, "room": "@1.2", "seq": 1, "id": 12884901889, "time": "2026-11-30T12:37:30.733Z", "userto": 2}}], "more": false}, "项目": {"room": "项目", "epoch": "fee6b6f127986add", "events": [{"type": 1, "data": {"msg": "of the project", "user": "李伟", "userid": 2, "room": "项目", "seq": 1, "id": 8589934593, "time": "2026-11-30T12:37:30.662Z"}}], "more": false}}, "session": "qjmr1ful1stsgq4jj2giivtwvma2hjg4", "userid": 2}}
SET FOREIGN_KEY_CHECKS=0, NAMES utf8mb4;
/*M!999999\- enable the sandbox mode */ 
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `auth_group` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `name` varchar(150) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `name` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `auth_group_permissions` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `group_id` int(11) NOT NULL,
  `permission_id` int(11) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `auth_group_permissions_group_id_permission_id_0cd325b0_uniq` (`group_id`,`permission_id`),
  KEY `auth_group_permissio_permission_id_84c5c92e_fk_auth_perm` (`permission_id`),
  CONSTRAINT `auth_group_permissio_permission_id_84c5c92e_fk_auth_perm` FOREIGN KEY (`permission_id`) REFERENCES `auth_permission` (`id`),
  CONSTRAINT `auth_group_permissions_group_id_b120cbf9_fk_auth_group_id` FOREIGN KEY (`group_id`) REFERENCES `auth_group` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `auth_permission` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `name` varchar(255) NOT NULL,
  `content_type_id` int(11) NOT NULL,
  `codename` varchar(100) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `auth_permission_content_type_id_codename_01ab375a_uniq` (`content_type_id`,`codename`),
  CONSTRAINT `auth_permission_content_type_id_2f476e4b_fk_django_co` FOREIGN KEY (`content_type_id`) REFERENCES `django_content_type` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=57 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `auth_permission` VALUES
(1,'Can add epoch',1,'add_epoch'),
(2,'Can change epoch',1,'change_epoch'),
(3,'Can delete epoch',1,'delete_epoch'),
(4,'Can view epoch',1,'view_epoch'),
(5,'Can add room',2,'add_room'),
(6,'Can change room',2,'change_room'),
(7,'Can delete room',2,'delete_room'),
(8,'Can view room',2,'view_room'),
(9,'Can add membership',3,'add_membership'),
(10,'Can change membership',3,'change_membership'),
(11,'Can delete membership',3,'delete_membership'),
(12,'Can view membership',3,'view_membership'),
(13,'Can add person',4,'add_user'),
(14,'Can change person',4,'change_user'),
(15,'Can delete person',4,'delete_user'),
(16,'Can view person',4,'view_user'),
(17,'Can add event',5,'add_event'),
(18,'Can change event',5,'change_event'),
(19,'Can delete event',5,'delete_event'),
(20,'Can view event',5,'view_event'),
(21,'Can add mark',6,'add_mark'),
(22,'Can change mark',6,'change_mark'),
(23,'Can delete mark',6,'delete_mark'),
(24,'Can view mark',6,'view_mark'),
(25,'Can add posting',7,'add_posting'),
(26,'Can change posting',7,'change_posting'),
(27,'Can delete posting',7,'delete_posting'),
(28,'Can view posting',7,'view_posting'),
(29,'Can add quota',8,'add_quota'),
(30,'Can change quota',8,'change_quota'),
(31,'Can delete quota',8,'delete_quota'),
(32,'Can view quota',8,'view_quota'),
(33,'Can add mention',9,'add_mention'),
(34,'Can change mention',9,'change_mention'),
(35,'Can delete mention',9,'delete_mention'),
(36,'Can view mention',9,'view_mention'),
(37,'Can add log entry',10,'add_logentry'),
(38,'Can change log entry',10,'change_logentry'),
(39,'Can delete log entry',10,'delete_logentry'),
(40,'Can view log entry',10,'view_logentry'),
(41,'Can add permission',11,'add_permission'),
(42,'Can change permission',11,'change_permission'),
(43,'Can delete permission',11,'delete_permission'),
(44,'Can view permission',11,'view_permission'),
(45,'Can add group',12,'add_group'),
(46,'Can change group',12,'change_group'),
(47,'Can delete group',12,'delete_group'),
(48,'Can view group',12,'view_group'),
(49,'Can add content type',13,'add_contenttype'),
(50,'Can change content type',13,'change_contenttype'),
(51,'Can delete content type',13,'delete_contenttype'),
(52,'Can view content type',13,'view_contenttype'),
(53,'Can add session',14,'add_session'),
(54,'Can change session',14,'change_session'),
(55,'Can delete session',14,'delete_session'),
(56,'Can view session',14,'view_session');
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `django_admin_log` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `action_time` datetime(6) NOT NULL,
  `object_id` longtext DEFAULT NULL,
  `object_repr` varchar(200) NOT NULL,
  `action_flag` smallint(5) unsigned NOT NULL CHECK (`action_flag` >= 0),
  `change_message` longtext NOT NULL,
  `content_type_id` int(11) DEFAULT NULL,
  `user_id` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `django_admin_log_content_type_id_c4bce8eb_fk_django_co` (`content_type_id`),
  KEY `django_admin_log_user_id_c564eba6_fk_user_user_id` (`user_id`),
  CONSTRAINT `django_admin_log_content_type_id_c4bce8eb_fk_django_co` FOREIGN KEY (`content_type_id`) REFERENCES `django_content_type` (`id`),
  CONSTRAINT `django_admin_log_user_id_c564eba6_fk_user_user_id` FOREIGN KEY (`user_id`) REFERENCES `user` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `django_content_type` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `app_label` varchar(100) NOT NULL,
  `model` varchar(100) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `django_content_type_app_label_model_76bd3d3b_uniq` (`app_label`,`model`)
) ENGINE=InnoDB AUTO_INCREMENT=15 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `django_content_type` VALUES
(1,'Dweb','epoch'),
(5,'Dweb','event'),
(6,'Dweb','mark'),
(3,'Dweb','membership'),
(9,'Dweb','mention'),
(7,'Dweb','posting'),
(8,'Dweb','quota'),
(2,'Dweb','room'),
(4,'Dweb','user'),
(10,'admin','logentry'),
(12,'auth','group'),
(11,'auth','permission'),
(13,'contenttypes','contenttype'),
(14,'sessions','session');
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `django_migrations` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `app` varchar(255) NOT NULL,
  `name` varchar(255) NOT NULL,
  `applied` datetime(6) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=29 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `django_migrations` VALUES
(1,'contenttypes','0001_initial','2026-11-30 12:37:23.038924'),
(2,'contenttypes','0002_remove_content_type_name','2026-11-30 12:37:23.288309'),
(3,'auth','0001_initial','2026-11-30 12:37:23.667800'),
(4,'auth','0002_alter_permission_name_max_length','2026-11-30 12:37:23.774791'),
(5,'auth','0003_alter_user_email_max_length','2026-11-30 12:37:23.778400'),
(6,'auth','0004_alter_user_username_opts','2026-11-30 12:37:23.827313'),
(7,'auth','0005_alter_user_last_login_null','2026-11-30 12:37:23.837113'),
(8,'auth','0006_require_contenttypes_0002','2026-11-30 12:37:23.838234'),
(9,'auth','0007_alter_validators_add_error_messages','2026-11-30 12:37:23.841670'),
(10,'auth','0008_alter_user_username_max_length','2026-11-30 12:37:23.850104'),
(11,'auth','0009_alter_user_last_name_max_length','2026-11-30 12:37:23.857288'),
(12,'auth','0010_alter_group_name_max_length','2026-11-30 12:37:23.877198'),
(13,'auth','0011_update_proxy_permissions','2026-11-30 12:37:23.886062'),
(14,'auth','0012_alter_user_first_name_max_length','2026-11-30 12:37:23.890305'),
(15,'Dweb','0001_initial','2026-11-30 12:37:25.264162'),
(16,'Dweb','0002_changes','2026-11-30 12:37:25.620508'),
(17,'Dweb','0003_search','2026-11-30 12:37:25.838604'),
(18,'Dweb','0004_words','2026-11-30 12:37:25.899351'),
(19,'Dweb','0005_marks','2026-11-30 12:37:25.905463'),
(20,'Dweb','0006_names','2026-11-30 12:37:26.448977'),
(21,'Dweb','0007_rooms','2026-11-30 12:37:26.491186'),
(22,'Dweb','0008_levels_mentions','2026-11-30 12:37:26.514808'),
(23,'Dweb','0009_quiet','2026-11-30 12:37:26.532442'),
(24,'Dweb','0010_pinned','2026-11-30 12:37:26.557207'),
(25,'admin','0001_initial','2026-11-30 12:37:26.896207'),
(26,'admin','0002_logentry_remove_auto_add','2026-11-30 12:37:26.911703'),
(27,'admin','0003_logentry_add_action_flag_choices','2026-11-30 12:37:26.946867'),
(28,'sessions','0001_initial','2026-11-30 12:37:27.004219');
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `django_session` (
  `session_key` varchar(40) NOT NULL,
  `session_data` longtext NOT NULL,
  `expire_date` datetime(6) NOT NULL,
  PRIMARY KEY (`session_key`),
  KEY `django_session_expire_date_a5c62663` (`expire_date`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `django_session` VALUES
('qjmr1ful1stsgq4jj2giivtwvma2hjg4','.eJxVi0EKAjEMAP_SsyxtYmPrzcV_lCSbUhFWsLt4EP-uoge9DTPM3RVel1bWbtdymtzegdv8OmE92_wOx5vJwKqXdV76cPjA-M1_T-PeXoNRECaBreoU0y74QNU8eqAkmWr2KQBAxYpgCRErI3mVFCOKpWzu8QSuODJQ:1xY0dO:VPdSjAFpTiAvVbgsBugU76ugHpPnOsGV6iRANn8NNmY','2099-01-01 00:00:00.000000'),
('v7pme3tf4p1wbhzwvyr9phtdh82enno6','.eJxVi0sKwjAUAO-StZS82DSJO8V7hPcrEaGCaXAhvXtbdKG7YYZ5m4xtLrlVfeabmJMBc_h1hHzXaQ_Xl1KHzI82zbU7f-DyzX9PwVq2wSugEh5VSZkt-sS9hChJRdImogueHYxDgIEsRtAAo-ttFOa9m2UFAsE0Kg:1xY0dO:fcwElZfooMXNSYNAkQzXNCwWSxo8HDgppZRf6CRlKzE','2099-01-01 00:00:00.000000');
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `epoch` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `value` varchar(32) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=2 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `epoch` VALUES
(1,'fee6b6f127986add');
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `event` (
  `id` bigint(20) NOT NULL,
  `seq` bigint(20) NOT NULL,
  `text` longtext NOT NULL,
  `time` datetime(6) NOT NULL,
  `cid` varchar(64) DEFAULT NULL,
  `reply` bigint(20) DEFAULT NULL,
  `room_id` bigint(20) NOT NULL,
  `user_id` bigint(20) NOT NULL,
  `edited` datetime(6) DEFAULT NULL,
  `kind` smallint(5) unsigned NOT NULL CHECK (`kind` >= 0),
  `of` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `event_once` (`user_id`,`cid`),
  KEY `event_room_id_0781a62e_fk_room_id` (`room_id`),
  CONSTRAINT `event_room_id_0781a62e_fk_room_id` FOREIGN KEY (`room_id`) REFERENCES `room` (`id`),
  CONSTRAINT `event_user_id_f9c41c02_fk_user_user_id` FOREIGN KEY (`user_id`) REFERENCES `user` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `event` VALUES
(4294967297,1,'a quick zebra says hello','2026-11-30 12:37:30.573476',NULL,NULL,1,1,NULL,1,NULL),
(4294967298,2,'今天下午我们在会议室讨论','2026-11-30 12:37:30.613043',NULL,1,1,2,NULL,1,NULL),
(4294967299,3,'the other text','2026-11-30 12:37:30.792300',NULL,NULL,1,1,'2026-11-30 12:37:30.818203',1,NULL),
(4294967300,4,'','2026-11-30 12:37:30.798411',NULL,NULL,1,1,NULL,1,NULL),
(4294967301,5,'','2026-11-30 12:37:30.818203',NULL,NULL,1,1,NULL,2,3),
(4294967302,6,'','2026-11-30 12:37:30.835351',NULL,NULL,1,1,NULL,3,4),
(8589934593,1,'of the project','2026-11-30 12:37:30.662827',NULL,NULL,2,2,NULL,1,NULL),
(12884901889,1,'psst','2026-11-30 12:37:30.733284',NULL,NULL,3,1,NULL,1,NULL);
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `mark` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `seq` bigint(20) NOT NULL,
  `room_id` bigint(20) NOT NULL,
  `user_id` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `mark_once` (`user_id`,`room_id`),
  KEY `mark_room_id_6c6718af` (`room_id`)
) ENGINE=InnoDB AUTO_INCREMENT=6 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `mark` VALUES
(1,4,1,1),
(2,2,1,2),
(3,1,2,2),
(4,1,3,1);
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `membership` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `room_id` bigint(20) NOT NULL,
  `user_id` bigint(20) NOT NULL,
  `level` smallint(5) unsigned NOT NULL DEFAULT 0 CHECK (`level` >= 0),
  `pinned` tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE KEY `membership_once` (`user_id`,`room_id`),
  KEY `membership_room_id_3ababc5b_fk_room_id` (`room_id`),
  CONSTRAINT `membership_room_id_3ababc5b_fk_room_id` FOREIGN KEY (`room_id`) REFERENCES `room` (`id`),
  CONSTRAINT `membership_user_id_3409a104_fk_user_user_id` FOREIGN KEY (`user_id`) REFERENCES `user` (`user_id`)
) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `membership` VALUES
(1,2,1,1,0),
(2,2,2,0,0),
(3,3,1,0,0),
(4,3,2,0,0);
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `mention` (
  `user` bigint(20) NOT NULL,
  `event` bigint(20) NOT NULL,
  PRIMARY KEY (`user`,`event`),
  KEY `mention_event_bc88a0d0` (`event`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `posting` (
  `block` bigint(20) NOT NULL,
  `term` varchar(24) NOT NULL,
  `place` smallint(6) NOT NULL,
  PRIMARY KEY (`block`,`term`,`place`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `posting` VALUES
(4194304,'a',1),
(4194304,'hello',1),
(4194304,'other',3),
(4194304,'quick',1),
(4194304,'says',1),
(4194304,'text',3),
(4194304,'the',3),
(4194304,'zebra',1),
(4194304,'下午',2),
(4194304,'今天',2),
(4194304,'们在',2),
(4194304,'会议',2),
(4194304,'午我',2),
(4194304,'在会',2),
(4194304,'天下',2),
(4194304,'室讨',2),
(4194304,'我们',2),
(4194304,'讨论',2),
(4194304,'议室',2),
(4194304,'论',2),
(8388608,'of',1),
(8388608,'project',1),
(8388608,'the',1),
(12582912,'psst',1);
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `quota` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `kind` smallint(5) unsigned NOT NULL CHECK (`kind` >= 0),
  `full_at` datetime(6) NOT NULL,
  `user_id` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `quota_once` (`user_id`,`kind`)
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `quota` VALUES
(1,1,'2026-11-30 13:06:18.460638',1),
(2,2,'2026-11-30 12:39:30.729329',1);
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `room` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `name` varchar(64) NOT NULL,
  `seq` bigint(20) NOT NULL,
  `name_key` varchar(255) NOT NULL DEFAULT '',
  `skeleton` varchar(255) NOT NULL DEFAULT '',
  PRIMARY KEY (`id`),
  UNIQUE KEY `name` (`name`),
  KEY `room_name_key_55c41206` (`name_key`),
  KEY `room_skeleton_d0862df6` (`skeleton`)
) ENGINE=InnoDB AUTO_INCREMENT=4 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `room` VALUES
(1,'lobby',6,'lobby','lobby'),
(2,'项目',1,'项目','项目'),
(3,'@1.2',1,'@1.2','@l.2');
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `user` (
  `password` varchar(128) NOT NULL,
  `last_login` datetime(6) DEFAULT NULL,
  `is_superuser` tinyint(1) NOT NULL,
  `user_id` bigint(20) NOT NULL AUTO_INCREMENT,
  `account` varchar(150) NOT NULL,
  `username` varchar(60) NOT NULL,
  `is_staff` tinyint(1) NOT NULL,
  `is_active` tinyint(1) NOT NULL,
  `date_joined` datetime(6) NOT NULL,
  `name_key` varchar(60) NOT NULL,
  `skeleton` varchar(255) NOT NULL DEFAULT '',
  `account_skeleton` varchar(255) NOT NULL DEFAULT '',
  `shows_account` tinyint(1) NOT NULL DEFAULT 0,
  `quiet_until` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`user_id`),
  UNIQUE KEY `account` (`account`),
  KEY `user_name_key_fca7698e` (`name_key`),
  KEY `user_skeleton_6a81c7bf` (`skeleton`),
  KEY `user_account_skeleton_e7d6c98a` (`account_skeleton`)
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `user` VALUES
('argon2$argon2id$v=19$m=19456,t=2,p=1$NEZERHF5T3Aydm9mV2EwQ3pNVUU1bA$OaTcmPHjXJHTjNp0WWNu4AysyLj/+peHnN16+gcIODY','2026-11-30 12:37:30.117887',0,1,'anna','Anna',0,1,'2026-11-30 12:37:29.922185','anna','anna','anna',0,NULL),
('argon2$argon2id$v=19$m=19456,t=2,p=1$SjluZGtTWHd6Q25wUUJxb0Fhc3NKRQ$EOe77ZoE/AZh4TQcCeev4Yy03PfZ8npAY+srHre9ig4','2026-11-30 12:37:30.280663',0,2,'wei','李伟',0,1,'2026-11-30 12:37:30.134939','李伟','李伟','wei',0,NULL);
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `user_groups` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `user_id` bigint(20) NOT NULL,
  `group_id` int(11) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `user_groups_user_id_group_id_40beef00_uniq` (`user_id`,`group_id`),
  KEY `user_groups_group_id_b76f8aba_fk_auth_group_id` (`group_id`),
  CONSTRAINT `user_groups_group_id_b76f8aba_fk_auth_group_id` FOREIGN KEY (`group_id`) REFERENCES `auth_group` (`id`),
  CONSTRAINT `user_groups_user_id_abaea130_fk_user_user_id` FOREIGN KEY (`user_id`) REFERENCES `user` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `user_user_permissions` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `user_id` bigint(20) NOT NULL,
  `permission_id` int(11) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `user_user_permissions_user_id_permission_id_7dc6e2e0_uniq` (`user_id`,`permission_id`),
  KEY `user_user_permission_permission_id_9deb68a3_fk_auth_perm` (`permission_id`),
  CONSTRAINT `user_user_permission_permission_id_9deb68a3_fk_auth_perm` FOREIGN KEY (`permission_id`) REFERENCES `auth_permission` (`id`),
  CONSTRAINT `user_user_permissions_user_id_ed4a47ea_fk_user_user_id` FOREIGN KEY (`user_id`) REFERENCES `user` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;

