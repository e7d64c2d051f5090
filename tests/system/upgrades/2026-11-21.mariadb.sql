-- {"anna": {"rooms": [{"room": "lobby", "name": "lobby", "seq": 4, "read": 0}, {"room": "项目", "name": "项目", "seq": 1, "read": 0}, {"room": "@1.2", "name": "李伟", "seq": 1, "read": 0}], "pages": {"lobby": {"room": "lobby", "epoch": "784f5194c86588ab", "events": [{"type": 1, "data": {"msg": "a quick zebra says hello", "user": "Anna", "userid": 1, "room": "lobby", "seq": 1, "id": 4294967297, "time": "2026-11-28T18:26:25.526Z"}}, {"type": 1, "data": {"msg": "今天下午我们在会议室讨论", "user": "李伟", "userid": 2, "room": "lobby", "seq": 2, "id": 4294967298, "time": "2026-11-28T18:26:25.708Z", "reply": 1}}, {"type": 1, "data": {"msg": "soon another text", "user": "Anna", "userid": 1, "room": "lobby", "seq": 3, "id": 4294967299, "time": "2026-11-28T18:26:25.940Z"}}, {"type": 1, "data": {"msg": "soon no text", "user": "Anna", "userid": 1, "room": "lobby", "seq": 4, "id": 4294967300, "time": "2026-11-28T18:26:25.986Z"}}], "more": false}, "项目": {"room": "项目", "epoch": "784f5194c86588ab", "events": [{"type": 1, "data": {"msg": "of the project", "user": "李伟", "userid": 2, "room": "项目", "seq": 1, "id": 8589934593, "time": "2026-11-28T18:26:25.749Z"}}], "more": false}, "@1.2": {"room": "@1.2", "epoch": "784f5194c86588ab", "events": [{"type": 1, "data": {"msg": "psst", "user": "Anna", "userid": 1, "room": "@1.2", "seq": 1, "id": 12884901889, "time": "2026-11-28T18:26:25.906Z", "userto": 2}}], "more": false}}, "session": "ojhzs1kscvw9m2qb5b29kkat491kn424", "userid": 1}, "wei": {"rooms": [{"room": "lobby", "name": "lobby", "seq": 4, "read": 0}, {"room": "项目", "name": "项目", "seq": 1, "read": 0}, {"room": "@1.2", "name": "Anna", "seq": 1, "read": 0}], "pages": {"lobby": {"room": "lobby", "epoch": "784f5194c86588ab", "events": [{"type": 1, "data": {"msg": "a quick zebra says hello", "user": "Anna", "userid": 1, "room": "lobby", "seq": 1, "id": 4294967297, "time": "2026-11-28T18:26:25.526Z"}}, {"type": 1, "data": {"msg": "今天下午我们在会议室讨论", "user": "李伟", "userid": 2, "room": "lobby", "seq": 2, "id": 4294967298, "time": "2026-11-28T18:26:25.708Z", "reply": 1}}, {"type": 1, "data": {"msg": "soon another text", "user": "Anna", "userid": 1, "room": "lobby", "seq": 3, "id": 4294967299, "time": "2026-11-28T18:26:25.940Z"}}, {"type": 1, "data": {"msg": "soon no text", "user": "Anna", "userid": 1, "room": "lobby", "seq": 4, "id": 4294967300, "time": "2026-11-28T18:26:25.986Z"}}], "more": false}, "项目": {"room": "项目", "epoch": "784f5194c86588ab", "events": [{"type": 1, "data": {"msg": "of the project", "user": "李伟", "userid": 2, "room": "项目", "seq": 1, "id": 8589934593, "time": "2026-11-28T18:26:25.749Z"}}], "more": false}, "@1.2": {"room": "@1.2", "epoch": "784f5194c86588ab", "events": [{"type": 1, "data": {"msg": "psst", "user": "Anna", "userid": 1, "room": "@1.2", "seq": 1, "id": 12884901889, "time": "2026-11-28T18:26:25.906Z", "userto": 2}}], "more": false}}, "session": "g7zt1qttp29tpjco3e3ci6ine8obo5vf", "userid": 2}}
SET FOREIGN_KEY_CHECKS=0, NAMES utf8mb4;
/*M!999999\- enable the sandbox mode */ 
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `auth_group` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `name` varchar(150) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `name` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
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
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
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
) ENGINE=InnoDB AUTO_INCREMENT=41 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
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
(13,'Can add user',4,'add_user'),
(14,'Can change user',4,'change_user'),
(15,'Can delete user',4,'delete_user'),
(16,'Can view user',4,'view_user'),
(17,'Can add event',5,'add_event'),
(18,'Can change event',5,'change_event'),
(19,'Can delete event',5,'delete_event'),
(20,'Can view event',5,'view_event'),
(21,'Can add log entry',6,'add_logentry'),
(22,'Can change log entry',6,'change_logentry'),
(23,'Can delete log entry',6,'delete_logentry'),
(24,'Can view log entry',6,'view_logentry'),
(25,'Can add permission',7,'add_permission'),
(26,'Can change permission',7,'change_permission'),
(27,'Can delete permission',7,'delete_permission'),
(28,'Can view permission',7,'view_permission'),
(29,'Can add group',8,'add_group'),
(30,'Can change group',8,'change_group'),
(31,'Can delete group',8,'delete_group'),
(32,'Can view group',8,'view_group'),
(33,'Can add content type',9,'add_contenttype'),
(34,'Can change content type',9,'change_contenttype'),
(35,'Can delete content type',9,'delete_contenttype'),
(36,'Can view content type',9,'view_contenttype'),
(37,'Can add session',10,'add_session'),
(38,'Can change session',10,'change_session'),
(39,'Can delete session',10,'delete_session'),
(40,'Can view session',10,'view_session');
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
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `django_content_type` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `app_label` varchar(100) NOT NULL,
  `model` varchar(100) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `django_content_type_app_label_model_76bd3d3b_uniq` (`app_label`,`model`)
) ENGINE=InnoDB AUTO_INCREMENT=11 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `django_content_type` VALUES
(1,'Dweb','epoch'),
(5,'Dweb','event'),
(3,'Dweb','membership'),
(2,'Dweb','room'),
(4,'Dweb','user'),
(6,'admin','logentry'),
(8,'auth','group'),
(7,'auth','permission'),
(9,'contenttypes','contenttype'),
(10,'sessions','session');
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `django_migrations` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `app` varchar(255) NOT NULL,
  `name` varchar(255) NOT NULL,
  `applied` datetime(6) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=20 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `django_migrations` VALUES
(1,'contenttypes','0001_initial','2026-11-28 18:26:13.002889'),
(2,'contenttypes','0002_remove_content_type_name','2026-11-28 18:26:13.322712'),
(3,'auth','0001_initial','2026-11-28 18:26:13.704737'),
(4,'auth','0002_alter_permission_name_max_length','2026-11-28 18:26:13.818443'),
(5,'auth','0003_alter_user_email_max_length','2026-11-28 18:26:13.834726'),
(6,'auth','0004_alter_user_username_opts','2026-11-28 18:26:13.862560'),
(7,'auth','0005_alter_user_last_login_null','2026-11-28 18:26:13.898127'),
(8,'auth','0006_require_contenttypes_0002','2026-11-28 18:26:13.904963'),
(9,'auth','0007_alter_validators_add_error_messages','2026-11-28 18:26:13.915115'),
(10,'auth','0008_alter_user_username_max_length','2026-11-28 18:26:13.933217'),
(11,'auth','0009_alter_user_last_name_max_length','2026-11-28 18:26:13.950080'),
(12,'auth','0010_alter_group_name_max_length','2026-11-28 18:26:14.001090'),
(13,'auth','0011_update_proxy_permissions','2026-11-28 18:26:14.057873'),
(14,'auth','0012_alter_user_first_name_max_length','2026-11-28 18:26:14.087324'),
(15,'Dweb','0001_initial','2026-11-28 18:26:15.730521'),
(16,'admin','0001_initial','2026-11-28 18:26:15.994838'),
(17,'admin','0002_logentry_remove_auto_add','2026-11-28 18:26:16.047963'),
(18,'admin','0003_logentry_add_action_flag_choices','2026-11-28 18:26:16.095643'),
(19,'sessions','0001_initial','2026-11-28 18:26:16.206162');
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `django_session` (
  `session_key` varchar(40) NOT NULL,
  `session_data` longtext NOT NULL,
  `expire_date` datetime(6) NOT NULL,
  PRIMARY KEY (`session_key`),
  KEY `django_session_expire_date_a5c62663` (`expire_date`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `django_session` VALUES
('g7zt1qttp29tpjco3e3ci6ine8obo5vf','.eJxVi0sKwjAUAO-StZRnfm3cKd4jvF-ICBVMgwvp3avoQnfDDPM0GftSc296zxcxB2PN7tcR8lXndzg_lAZkvvV5acPxA6dv_nsqtvoaIEbrQZADQtFgizoKnmHUhJOl5JSkxKgafCARKG6vZUqJo44OrJh1A9cwM6c:1xXN7x:wgVMjKKoxUzWY9McjYtFutALQCKb5NyyOP8opfnmH1I','2099-01-01 00:00:00.000000'),
('ojhzs1kscvw9m2qb5b29kkat491kn424','.eJxVi0kKAjEQAP-SswxZ2izeFP8RegsRYQQzgwfx7yp60FtRRd1NxXXpdR16rScxO-PM5tcR8lnndzjelCZkvqzzMqb9Bw7f_Pd0HP01JFdSxkjAHAXEe4uWfNCoTaxablsLOSTyjoEQQikUpWgokLKHJubxBMHlMuM:1xXN7v:yrKhuPsLAIvPNPNLFuk8-S7fwUNNFfuoEhBj9eZy0ow','2099-01-01 00:00:00.000000');
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `epoch` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `value` varchar(32) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=2 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `epoch` VALUES
(1,'784f5194c86588ab');
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
  PRIMARY KEY (`id`),
  UNIQUE KEY `event_once` (`user_id`,`cid`),
  KEY `event_room_id_0781a62e_fk_room_id` (`room_id`),
  CONSTRAINT `event_room_id_0781a62e_fk_room_id` FOREIGN KEY (`room_id`) REFERENCES `room` (`id`),
  CONSTRAINT `event_user_id_f9c41c02_fk_user_user_id` FOREIGN KEY (`user_id`) REFERENCES `user` (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `event` VALUES
(4294967297,1,'a quick zebra says hello','2026-11-28 18:26:25.526551',NULL,NULL,1,1),
(4294967298,2,'今天下午我们在会议室讨论','2026-11-28 18:26:25.708596',NULL,1,1,2),
(4294967299,3,'soon another text','2026-11-28 18:26:25.940569',NULL,NULL,1,1),
(4294967300,4,'soon no text','2026-11-28 18:26:25.986302',NULL,NULL,1,1),
(8589934593,1,'of the project','2026-11-28 18:26:25.749669',NULL,NULL,2,2),
(12884901889,1,'psst','2026-11-28 18:26:25.906465',NULL,NULL,3,1);
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `membership` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `room_id` bigint(20) NOT NULL,
  `user_id` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `membership_once` (`user_id`,`room_id`),
  KEY `membership_room_id_3ababc5b_fk_room_id` (`room_id`),
  CONSTRAINT `membership_room_id_3ababc5b_fk_room_id` FOREIGN KEY (`room_id`) REFERENCES `room` (`id`),
  CONSTRAINT `membership_user_id_3409a104_fk_user_user_id` FOREIGN KEY (`user_id`) REFERENCES `user` (`user_id`)
) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `membership` VALUES
(1,2,1),
(3,3,1),
(2,2,2),
(4,3,2);
/*!40101 SET @saved_cs_client     = @@character_set_client */;
/*!40101 SET character_set_client = utf8mb4 */;
CREATE TABLE `room` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `name` varchar(64) NOT NULL,
  `seq` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `name` (`name`)
) ENGINE=InnoDB AUTO_INCREMENT=4 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `room` VALUES
(1,'lobby',4),
(2,'项目',1),
(3,'@1.2',1);
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
  PRIMARY KEY (`user_id`),
  UNIQUE KEY `account` (`account`)
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;
INSERT INTO `user` VALUES
('pbkdf2_sha256$1000000$OEgF1AWVEdlCW2jDyEVpBZ$kmEGTXpB8bhpeDMlf/H5IOXMtzgcsEI2O3GDqaOgdB8=','2026-11-28 18:26:23.276808',0,1,'anna','Anna',0,1,'2026-11-28 18:26:21.015616'),
('pbkdf2_sha256$1000000$GZ4SmlBMHLwVoTFI8KbbgG$VimjdYnIP+1nzTLQDkUBN9vXiT096ylC6F/o/1L0IIg=','2026-11-28 18:26:25.248836',0,2,'wei','李伟',0,1,'2026-11-28 18:26:23.332754');
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
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
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
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
/*!40101 SET character_set_client = @saved_cs_client */;

