-- {"anna": {"rooms": [{"room": "lobby", "name": "lobby", "seq": 7, "read": 7, "unread": 0, "time": "2026-12-01T05:12:21.827Z", "kind": "lobby", "title": "lobby", "role": "moderator", "frozen": false}, {"room": "@1.2", "name": "李伟", "seq": 1, "read": 1, "unread": 0, "time": "2026-12-01T05:12:21.797Z", "kind": "direct", "title": "李伟", "role": "member", "frozen": false}, {"room": "项目", "name": "项目", "seq": 1, "read": 0, "unread": 1, "time": "2026-12-01T05:12:21.785Z", "kind": "open", "title": "项目", "role": "owner", "frozen": false, "level": "mentions"}], "pages": {"lobby": {"room": "lobby", "epoch": "b6484509aab158bd", "events": [{"type": 1, "data": {"msg": "a quick zebra says hello", "user": "Anna", "userid": 1, "room": "lobby", "seq": 1, "id": 4294967297, "time": "2026-12-01T05:12:21.770Z"}}, {"type": 1, "data": {"msg": "今天下午我们在会议室讨论", "user": "李伟", "userid": 2, "room": "lobby", "seq": 2, "id": 4294967298, "time": "2026-12-01T05:12:21.781Z", "reply": 1}}, {"type": 1, "data": {"msg": "the other text", "user": "Anna", "userid": 1, "room": "lobby", "seq": 3, "id": 4294967299, "time": "2026-12-01T05:12:21.800Z", "edited": "2026-12-01T05:12:21.807Z"}}, {"type": 1, "data": {"msg": "", "user": "Anna", "userid": 1, "room": "lobby", "seq": 4, "id": 4294967300, "time": "2026-12-01T05:12:21.803Z", "deleted": true}}, {"type": "edit", "data": {"room": "lobby", "seq": 5, "of": 3, "time": "2026-12-01T05:12:21.807Z", "msg": "the other text"}}, {"type": "delete", "data": {"room": "lobby", "seq": 6, "of": 4, "time": "2026-12-01T05:12:21.812Z"}}, {"type": 1, "data": {"msg": "with a file", "user": "Anna", "userid": 1, "room": "lobby", "seq": 7, "id": 4294967303, "time": "2026-12-01T05:12:21.827Z", "files": [{"id": "kZmUP8pMOzdfDRZx", "name": "notes.txt", "size": 14, "type": "text/plain"}]}}], "more": false}, "@1.2": {"room": "@1.2", "epoch": "b6484509aab158bd", "events": [{"type": 1, "data": {"msg": "psst", "user": "Anna", "userid": 1, "room": "@1.2", "seq": 1, "id": 12884901889, "time": "2026-12-01T05:12:21.797Z", "userto": 2}}], "more": false}, "项目": {"room": "项目", "epoch": "b6484509aab158bd", "events": [{"type": 1, "data": {"msg": "of the project", "user": "李伟", "userid": 2, "room": "项目", "seq": 1, "id": 8589934593, "time": "2026-12-01T05:12:21.785Z"}}], "more": false}}, "session": "bpkiqikflm0u8pjp3wxxsokm4wjb9zvo", "userid": 1}, "wei": {"rooms": [{"room": "lobby", "name": "lobby", "seq": 7, "read": 2, "unread": 3, "time": "2026-12-01T05:12:21.827Z", "kind": "lobby", "title": "lobby", "role": "member", "frozen": false}, {"room": "@1.2", "name": "Anna", "seq": 1, "read": 0, "unread": 1, "time": "2026-12-01T05:12:21.797Z", "kind": "direct", "title": "Anna", "role": "member", "frozen": false}, {"room": "项目", "name": "项目", "seq": 1, "read": 1, "unread": 0, "time": "2026-12-01T05:12:21.785Z", "kind": "open", "title": "项目", "role": "member", "frozen": false}], "pages": {"lobby": {"room": "lobby", "epoch": "b6484509aab158bd", "events": [{"type": 1, "data": {"msg": "a quick zebra says hello", "user": "Anna", "userid": 1, "room": "lobby", "seq": 1, "id": 4294967297, "time": "2026-12-01T05:12:21.770Z"}}, {"type": 1, "data": {"msg": "今天下午我们在会议室讨论", "user": "李伟", "userid": 2, "room": "lobby", "seq": 2, "id": 4294967298, "time": "2026-12-01T05:12:21.781Z", "reply": 1}}, {"type": 1, "data": {"msg": "the other text", "user": "Anna", "userid": 1, "room": "lobby", "seq": 3, "id": 4294967299, "time": "2026-12-01T05:12:21.800Z", "edited": "2026-12-01T05:12:21.807Z"}}, {"type": 1, "data": {"msg": "", "user": "Anna", "userid": 1, "room": "lobby", "seq": 4, "id": 4294967300, "time": "2026-12-01T05:12:21.803Z", "deleted": true}}, {"type": "edit", "data": {"room": "lobby", "seq": 5, "of": 3, "time": "2026-12-01T05:12:21.807Z", "msg": "the other text"}}, {"type": "delete", "data": {"room": "lobby", "seq": 6, "of": 4, "time": "2026-12-01T05:12:21.812Z"}}, {"type": 1, "data": {"msg": "with a file", "user": "Anna", "userid": 1, "room": "lobby", "seq": 7, "id": 4294967303, "time": "2026-12-01T05:12:21.827Z", "files": [{"id": "kZmUP8pMOzdfDRZx", "name": "notes.txt", "size": 14, "type": "text/plain"}]}}], "more": false}, "@1.2": {"room": "@1.2", "epoch": "b6484509aab158bd", "events": [{"type": 1, "data": {"msg": "psst", "user": "Anna", "userid": 1, "room": "@1.2", "seq": 1, "id": 12884901889, "time": "2026-12-01T05:12:21.797Z", "userto": 2}}], "more": false}, "项目": {"room": "项目", "epoch": "b6484509aab158bd", "events": [{"type": 1, "data": {"msg": "of the project", "user": "李伟", "userid": 2, "room": "项目", "seq": 1, "id": 8589934593, "time": "2026-12-01T05:12:21.785Z"}}], "more": false}}, "session": "7d9ywwokaz4kowzvlrqvp0y7w6bpxcga", "userid": 2}}
SET FOREIGN_KEY_CHECKS=0, NAMES utf8mb4;
/*M!999999\- enable the sandbox mode */ 
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `attachment` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `event` bigint(20) NOT NULL,
  `place` smallint(5) unsigned NOT NULL CHECK (`place` >= 0),
  `file_id` varchar(16) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `attachment_once` (`event`,`file_id`),
  KEY `attachment_file` (`file_id`,`event`),
  CONSTRAINT `attachment_file_id_37c14c85_fk_file_id` FOREIGN KEY (`file_id`) REFERENCES `file` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=2 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `attachment` VALUES
(1,4294967303,0,'kZmUP8pMOzdfDRZx');
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
) ENGINE=InnoDB AUTO_INCREMENT=97 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
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
(37,'Can add record',10,'add_record'),
(38,'Can change record',10,'change_record'),
(39,'Can delete record',10,'delete_record'),
(40,'Can view record',10,'view_record'),
(41,'Can add place',11,'add_place'),
(42,'Can change place',11,'change_place'),
(43,'Can delete place',11,'delete_place'),
(44,'Can view place',11,'view_place'),
(45,'Can add invitation',12,'add_invitation'),
(46,'Can change invitation',12,'change_invitation'),
(47,'Can delete invitation',12,'delete_invitation'),
(48,'Can view invitation',12,'view_invitation'),
(49,'Can add block',13,'add_block'),
(50,'Can change block',13,'change_block'),
(51,'Can delete block',13,'delete_block'),
(52,'Can view block',13,'view_block'),
(53,'Can add report',14,'add_report'),
(54,'Can change report',14,'change_report'),
(55,'Can delete report',14,'delete_report'),
(56,'Can view report',14,'view_report'),
(57,'Can add handover',15,'add_handover'),
(58,'Can change handover',15,'change_handover'),
(59,'Can delete handover',15,'delete_handover'),
(60,'Can view handover',15,'view_handover'),
(61,'Can add user session',16,'add_usersession'),
(62,'Can change user session',16,'change_usersession'),
(63,'Can delete user session',16,'delete_usersession'),
(64,'Can view user session',16,'view_usersession'),
(65,'Can add leftover',17,'add_leftover'),
(66,'Can change leftover',17,'change_leftover'),
(67,'Can delete leftover',17,'delete_leftover'),
(68,'Can view leftover',17,'view_leftover'),
(69,'Can add file',18,'add_file'),
(70,'Can change file',18,'change_file'),
(71,'Can delete file',18,'delete_file'),
(72,'Can view file',18,'view_file'),
(73,'Can add attachment',19,'add_attachment'),
(74,'Can change attachment',19,'change_attachment'),
(75,'Can delete attachment',19,'delete_attachment'),
(76,'Can view attachment',19,'view_attachment'),
(77,'Can add log entry',20,'add_logentry'),
(78,'Can change log entry',20,'change_logentry'),
(79,'Can delete log entry',20,'delete_logentry'),
(80,'Can view log entry',20,'view_logentry'),
(81,'Can add permission',21,'add_permission'),
(82,'Can change permission',21,'change_permission'),
(83,'Can delete permission',21,'delete_permission'),
(84,'Can view permission',21,'view_permission'),
(85,'Can add group',22,'add_group'),
(86,'Can change group',22,'change_group'),
(87,'Can delete group',22,'delete_group'),
(88,'Can view group',22,'view_group'),
(89,'Can add content type',23,'add_contenttype'),
(90,'Can change content type',23,'change_contenttype'),
(91,'Can delete content type',23,'delete_contenttype'),
(92,'Can view content type',23,'view_contenttype'),
(93,'Can add session',24,'add_session'),
(94,'Can change session',24,'change_session'),
(95,'Can delete session',24,'delete_session'),
(96,'Can view session',24,'view_session');
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `block` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `other_id` bigint(20) NOT NULL,
  `user_id` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `block_once` (`user_id`,`other_id`),
  KEY `block_other_id_ec5cc6d6_fk_user_user_id` (`other_id`),
  CONSTRAINT `block_other_id_ec5cc6d6_fk_user_user_id` FOREIGN KEY (`other_id`) REFERENCES `user` (`user_id`),
  CONSTRAINT `block_user_id_5a719107_fk_user_user_id` FOREIGN KEY (`user_id`) REFERENCES `user` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
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
) ENGINE=InnoDB AUTO_INCREMENT=25 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `django_content_type` VALUES
(19,'Dweb','attachment'),
(13,'Dweb','block'),
(1,'Dweb','epoch'),
(5,'Dweb','event'),
(18,'Dweb','file'),
(15,'Dweb','handover'),
(12,'Dweb','invitation'),
(17,'Dweb','leftover'),
(6,'Dweb','mark'),
(3,'Dweb','membership'),
(9,'Dweb','mention'),
(11,'Dweb','place'),
(7,'Dweb','posting'),
(8,'Dweb','quota'),
(10,'Dweb','record'),
(14,'Dweb','report'),
(2,'Dweb','room'),
(4,'Dweb','user'),
(16,'Dweb','usersession'),
(20,'admin','logentry'),
(22,'auth','group'),
(21,'auth','permission'),
(23,'contenttypes','contenttype'),
(24,'sessions','session');
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `django_migrations` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `app` varchar(255) NOT NULL,
  `name` varchar(255) NOT NULL,
  `applied` datetime(6) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=35 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `django_migrations` VALUES
(1,'sessions','0001_initial','2026-12-01 05:12:19.737124'),
(2,'contenttypes','0001_initial','2026-12-01 05:12:19.744531'),
(3,'contenttypes','0002_remove_content_type_name','2026-12-01 05:12:19.756534'),
(4,'auth','0001_initial','2026-12-01 05:12:19.791709'),
(5,'auth','0002_alter_permission_name_max_length','2026-12-01 05:12:19.799383'),
(6,'auth','0003_alter_user_email_max_length','2026-12-01 05:12:19.802850'),
(7,'auth','0004_alter_user_username_opts','2026-12-01 05:12:19.807096'),
(8,'auth','0005_alter_user_last_login_null','2026-12-01 05:12:19.810303'),
(9,'auth','0006_require_contenttypes_0002','2026-12-01 05:12:19.811137'),
(10,'auth','0007_alter_validators_add_error_messages','2026-12-01 05:12:19.813825'),
(11,'auth','0008_alter_user_username_max_length','2026-12-01 05:12:19.816933'),
(12,'auth','0009_alter_user_last_name_max_length','2026-12-01 05:12:19.819735'),
(13,'auth','0010_alter_group_name_max_length','2026-12-01 05:12:19.825212'),
(14,'auth','0011_update_proxy_permissions','2026-12-01 05:12:19.829254'),
(15,'auth','0012_alter_user_first_name_max_length','2026-12-01 05:12:19.832198'),
(16,'Dweb','0001_initial','2026-12-01 05:12:19.928133'),
(17,'Dweb','0002_changes','2026-12-01 05:12:19.972676'),
(18,'Dweb','0003_search','2026-12-01 05:12:20.011672'),
(19,'Dweb','0004_words','2026-12-01 05:12:20.101834'),
(20,'Dweb','0005_marks','2026-12-01 05:12:20.104361'),
(21,'Dweb','0006_names','2026-12-01 05:12:20.178872'),
(22,'Dweb','0007_rooms','2026-12-01 05:12:20.189642'),
(23,'Dweb','0008_levels_mentions','2026-12-01 05:12:20.205661'),
(24,'Dweb','0009_quiet','2026-12-01 05:12:20.217973'),
(25,'Dweb','0010_pinned','2026-12-01 05:12:20.226269'),
(26,'Dweb','0011_room_kinds','2026-12-01 05:12:20.391865'),
(27,'Dweb','0012_place','2026-12-01 05:12:20.396046'),
(28,'Dweb','0013_order','2026-12-01 05:12:20.495429'),
(29,'Dweb','0014_sessions','2026-12-01 05:12:20.558019'),
(30,'Dweb','0015_time_zone','2026-12-01 05:12:20.572690'),
(31,'Dweb','0016_files','2026-12-01 05:12:20.736576'),
(32,'admin','0001_initial','2026-12-01 05:12:20.763929'),
(33,'admin','0002_logentry_remove_auto_add','2026-12-01 05:12:20.775809'),
(34,'admin','0003_logentry_add_action_flag_choices','2026-12-01 05:12:20.786983');
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
('7d9ywwokaz4kowzvlrqvp0y7w6bpxcga','.eJxVi0sKAjEQBe-StQyk8zHtTvEeodPdISKMYCbMQry7I7rQ3atX1MNkGkvLo-s9X8QcDJjd71eIrzq_xXnVMhHzbcxLn46fcfrqv6ZRb1sgCB72WBVBwHvHihgEbdJoIbgEliIjVVCS4MXX6lJJZWOxGmM0zxezYDME:1xYGA9:edkLc4lk4bxYZNFc6wRzm98OQinqyB4DEQ7RJemTZhI','2099-01-01 00:00:00.000000'),
('bpkiqikflm0u8pjp3wxxsokm4wjb9zvo','.eJxVi0EKwjAQRe-StZRMJlNbd4r3CDNxhohQwTS4kN69FV3o7r__eC-XuM0ltaqPdL24gwO3-_2E802ntzg_VTrO-d6muXbHzzh99V9TuJYtEApCJMoYgCVgjxtliFFQBkA0703iGAhMvddhr4ig0Ua1noJGt6y12jKX:1xYGA9:7WV99SGc0OrIIhmeHzGPMhQtkKxNH4Hn-25SEHvKeyY','2099-01-01 00:00:00.000000');
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `epoch` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `value` varchar(32) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=2 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `epoch` VALUES
(1,'b6484509aab158bd');
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
  `data` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`data`)),
  PRIMARY KEY (`id`),
  UNIQUE KEY `event_once` (`user_id`,`cid`),
  KEY `event_room_id_0781a62e_fk_room_id` (`room_id`),
  CONSTRAINT `event_room_id_0781a62e_fk_room_id` FOREIGN KEY (`room_id`) REFERENCES `room` (`id`),
  CONSTRAINT `event_user_id_f9c41c02_fk_user_user_id` FOREIGN KEY (`user_id`) REFERENCES `user` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `event` VALUES
(4294967297,1,'a quick zebra says hello','2026-12-01 05:12:21.770314',NULL,NULL,1,1,NULL,1,NULL,NULL),
(4294967298,2,'今天下午我们在会议室讨论','2026-12-01 05:12:21.781037',NULL,1,1,2,NULL,1,NULL,NULL),
(4294967299,3,'the other text','2026-12-01 05:12:21.800958',NULL,NULL,1,1,'2026-12-01 05:12:21.807785',1,NULL,NULL),
(4294967300,4,'','2026-12-01 05:12:21.803868',NULL,NULL,1,1,NULL,1,NULL,NULL),
(4294967301,5,'','2026-12-01 05:12:21.807785',NULL,NULL,1,1,NULL,2,3,NULL),
(4294967302,6,'','2026-12-01 05:12:21.812518',NULL,NULL,1,1,NULL,3,4,NULL),
(4294967303,7,'with a file','2026-12-01 05:12:21.827796',NULL,NULL,1,1,NULL,1,NULL,'{\"files\": [{\"id\": \"kZmUP8pMOzdfDRZx\", \"name\": \"notes.txt\", \"size\": 14, \"type\": \"text/plain\"}]}'),
(8589934593,1,'of the project','2026-12-01 05:12:21.785426',NULL,NULL,2,2,NULL,1,NULL,NULL),
(12884901889,1,'psst','2026-12-01 05:12:21.797595',NULL,NULL,3,1,NULL,1,NULL,NULL);
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `file` (
  `id` varchar(16) NOT NULL,
  `name` varchar(150) NOT NULL,
  `name_key` varchar(255) NOT NULL,
  `size` bigint(20) NOT NULL,
  `type` varchar(100) NOT NULL,
  `width` int(10) unsigned DEFAULT NULL CHECK (`width` >= 0),
  `height` int(10) unsigned DEFAULT NULL CHECK (`height` >= 0),
  `stored` varchar(40) NOT NULL,
  `preview` smallint(5) unsigned NOT NULL CHECK (`preview` >= 0),
  `made` datetime(6) NOT NULL,
  `owner_id` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `file_owner` (`owner_id`,`size`),
  KEY `file_made` (`made`),
  KEY `file_preview` (`preview`,`made`),
  KEY `file_name_key_145ad82a` (`name_key`),
  CONSTRAINT `file_owner_id_4d3e485a_fk_user_user_id` FOREIGN KEY (`owner_id`) REFERENCES `user` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `file` VALUES
('kZmUP8pMOzdfDRZx','notes.txt','notes.txt',14,'text/plain',NULL,NULL,'18/18ff991d2c8c280cf6a4906ad79d18b7',0,'2026-12-01 05:12:21.817182',1);
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `handover` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `digest` varchar(64) NOT NULL,
  `auth_hash` varchar(64) NOT NULL,
  `expires` datetime(6) NOT NULL,
  `state` smallint(5) unsigned NOT NULL CHECK (`state` >= 0),
  `asker` varchar(64) NOT NULL,
  `browser` varchar(20) NOT NULL,
  `system` varchar(20) NOT NULL,
  `address` varchar(45) NOT NULL,
  `user_id` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `digest` (`digest`),
  KEY `handover_user_id_1e1dac2e` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `invitation` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `digest` varchar(64) NOT NULL,
  `as_guest` tinyint(1) NOT NULL,
  `admits` tinyint(1) NOT NULL,
  `uses_left` int(10) unsigned NOT NULL CHECK (`uses_left` >= 0),
  `used` int(10) unsigned NOT NULL CHECK (`used` >= 0),
  `made` datetime(6) NOT NULL,
  `expires` datetime(6) NOT NULL,
  `revoked` tinyint(1) NOT NULL,
  `by_id` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `digest` (`digest`),
  KEY `invitation_by_id_53f4f9e3_fk_user_user_id` (`by_id`),
  CONSTRAINT `invitation_by_id_53f4f9e3_fk_user_user_id` FOREIGN KEY (`by_id`) REFERENCES `user` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `invitation_room` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `invitation_id` bigint(20) NOT NULL,
  `room_id` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `invitation_room_invitation_id_room_id_a4a1272a_uniq` (`invitation_id`,`room_id`),
  KEY `invitation_room_room_id_aabe3fe9_fk_room_id` (`room_id`),
  CONSTRAINT `invitation_room_invitation_id_882df2e7_fk_invitation_id` FOREIGN KEY (`invitation_id`) REFERENCES `invitation` (`id`),
  CONSTRAINT `invitation_room_room_id_aabe3fe9_fk_room_id` FOREIGN KEY (`room_id`) REFERENCES `room` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `leftover` (
  `stored` varchar(40) NOT NULL,
  `due` datetime(6) NOT NULL,
  PRIMARY KEY (`stored`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
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
) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `mark` VALUES
(1,7,1,1),
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
  `banned` tinyint(1) NOT NULL DEFAULT 0,
  `hidden` bigint(20) NOT NULL DEFAULT 0,
  `muted_until` datetime(6) DEFAULT NULL,
  `role` smallint(5) unsigned NOT NULL DEFAULT 0 CHECK (`role` >= 0),
  PRIMARY KEY (`id`),
  UNIQUE KEY `membership_once` (`user_id`,`room_id`),
  KEY `membership_room_id_3ababc5b_fk_room_id` (`room_id`),
  CONSTRAINT `membership_room_id_3ababc5b_fk_room_id` FOREIGN KEY (`room_id`) REFERENCES `room` (`id`),
  CONSTRAINT `membership_user_id_3409a104_fk_user_user_id` FOREIGN KEY (`user_id`) REFERENCES `user` (`user_id`)
) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `membership` VALUES
(1,2,1,1,0,0,0,NULL,2),
(2,2,2,0,0,0,0,NULL,0),
(3,3,1,0,0,0,0,NULL,0),
(4,3,2,0,0,0,0,NULL,0);
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
CREATE TABLE `place` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `name` varchar(60) NOT NULL,
  `registration` varchar(10) NOT NULL,
  `rooms_by` varchar(10) NOT NULL,
  `chats_by` varchar(10) NOT NULL,
  `chats_with` varchar(10) NOT NULL,
  `members_invite` tinyint(1) NOT NULL,
  `files` varchar(10) NOT NULL,
  `icon` varchar(16) NOT NULL DEFAULT '',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=2 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `place` VALUES
(1,'Harbour','open','members','everyone','everyone',0,'everything','');
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
(4194304,'a',7),
(4194304,'file',7),
(4194304,'hello',1),
(4194304,'notes',7),
(4194304,'other',3),
(4194304,'quick',1),
(4194304,'says',1),
(4194304,'text',3),
(4194304,'the',3),
(4194304,'txt',7),
(4194304,'with',7),
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
(1,1,'2026-12-01 05:41:09.739933',1),
(2,2,'2026-12-01 05:14:21.794943',1);
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `record` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `time` datetime(6) NOT NULL,
  `deed` varchar(32) NOT NULL,
  `room` varchar(64) NOT NULL,
  `reason` varchar(250) NOT NULL,
  `about` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`about`)),
  `by_id` bigint(20) DEFAULT NULL,
  `whom_id` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `record_time_db1a0a9a` (`time`)
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `record` VALUES
(1,'2026-12-01 05:12:21.668433','role','','','{\"from\": \"member\", \"to\": \"admin\"}',1,1),
(2,'2026-12-01 05:12:21.669574','place','','','{\"name\": {\"from\": \"\", \"to\": \"Harbour\"}}',1,NULL);
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `report` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `seq` bigint(20) NOT NULL,
  `reason` varchar(250) NOT NULL,
  `time` datetime(6) NOT NULL,
  `settled` datetime(6) DEFAULT NULL,
  `by_id` bigint(20) NOT NULL,
  `room_id` bigint(20) NOT NULL,
  `settled_by_id` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `report_once` (`room_id`,`seq`,`by_id`),
  KEY `report_by_id_fa180057_fk_user_user_id` (`by_id`),
  KEY `report_settled_by_id_723071f4_fk_user_user_id` (`settled_by_id`),
  CONSTRAINT `report_by_id_fa180057_fk_user_user_id` FOREIGN KEY (`by_id`) REFERENCES `user` (`user_id`),
  CONSTRAINT `report_room_id_954bdbfb_fk_room_id` FOREIGN KEY (`room_id`) REFERENCES `room` (`id`),
  CONSTRAINT `report_settled_by_id_723071f4_fk_user_user_id` FOREIGN KEY (`settled_by_id`) REFERENCES `user` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `room` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `name` varchar(64) NOT NULL,
  `seq` bigint(20) NOT NULL,
  `name_key` varchar(255) NOT NULL DEFAULT '',
  `skeleton` varchar(255) NOT NULL DEFAULT '',
  `archived` tinyint(1) NOT NULL DEFAULT 0,
  `frozen` tinyint(1) NOT NULL DEFAULT 0,
  `kind` smallint(5) unsigned NOT NULL DEFAULT 1 CHECK (`kind` >= 0),
  `title` varchar(80) NOT NULL DEFAULT '',
  `title_key` varchar(255) NOT NULL DEFAULT '',
  `title_skeleton` varchar(255) NOT NULL DEFAULT '',
  `topic` varchar(250) NOT NULL DEFAULT '',
  `picture` varchar(16) NOT NULL DEFAULT '',
  PRIMARY KEY (`id`),
  UNIQUE KEY `name` (`name`),
  KEY `room_name_key_55c41206` (`name_key`),
  KEY `room_skeleton_d0862df6` (`skeleton`),
  KEY `room_title_key_c307d109` (`title_key`),
  KEY `room_title_skeleton_596edda0` (`title_skeleton`),
  KEY `room_picture_81163155` (`picture`)
) ENGINE=InnoDB AUTO_INCREMENT=4 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `room` VALUES
(1,'lobby',7,'lobby','lobby',0,0,0,'lobby','lobby','lobby','',''),
(2,'项目',1,'项目','项目',0,0,1,'项目','项目','项目','',''),
(3,'@1.2',1,'@1.2','@l.2',0,0,3,'','','','','');
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
  `is_guest` tinyint(1) NOT NULL DEFAULT 0,
  `waiting` tinyint(1) NOT NULL DEFAULT 0,
  `time_zone` varchar(64) DEFAULT NULL,
  `picture` varchar(16) NOT NULL DEFAULT '',
  PRIMARY KEY (`user_id`),
  UNIQUE KEY `account` (`account`),
  KEY `user_name_key_fca7698e` (`name_key`),
  KEY `user_skeleton_6a81c7bf` (`skeleton`),
  KEY `user_account_skeleton_e7d6c98a` (`account_skeleton`),
  KEY `user_picture_7b85da19` (`picture`)
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `user` VALUES
('argon2$argon2id$v=19$m=19456,t=2,p=1$TE05R2ZWYUN5amlneE5kVWdJU3lsYw$Ub8Z44MKeL/I5y5OpxZqrFhu16oNRa1edOQk2vfotg8','2026-12-01 05:12:21.675972',1,1,'anna','Anna',1,1,'2026-12-01 05:12:21.608015','anna','anna','anna',0,NULL,0,0,NULL,''),
('argon2$argon2id$v=19$m=19456,t=2,p=1$VmpNMmRrSThnQTZ1UnpOYWJUUE9rSA$PFnQ0872jgZ/+cDJDEgTaqvYVyPm5a7BL/UxoX+rTaA','2026-12-01 05:12:21.726978',0,2,'wei','李伟',0,1,'2026-12-01 05:12:21.689267','李伟','李伟','wei',0,NULL,0,0,NULL,'');
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
CREATE TABLE `user_session` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `key` varchar(40) NOT NULL,
  `browser` varchar(20) NOT NULL,
  `system` varchar(20) NOT NULL,
  `address` varchar(45) NOT NULL,
  `since` datetime(6) NOT NULL,
  `seen` datetime(6) NOT NULL,
  `user_id` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `key` (`key`),
  KEY `user_session_user_id_babcef0a` (`user_id`)
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `user_session` VALUES
(1,'bpkiqikflm0u8pjp3wxxsokm4wjb9zvo','','','127.0.0.1','2026-12-01 05:12:21.674318','2026-12-01 05:12:21.674322',1),
(2,'7d9ywwokaz4kowzvlrqvp0y7w6bpxcga','','','127.0.0.1','2026-12-01 05:12:21.725398','2026-12-01 05:12:21.725402',2);
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

