"""The configuration of Roundcube, php-fpm, nginx and dovecot: Debian's defaults but for places, ports and users."""

PHP_FPM = """
[global]
daemonize = no
error_log = {folder}/php-fpm.log

[roundcube]
user = www-data
group = www-data
listen = {folder}/php-fpm.socket
listen.owner = www-data
listen.group = www-data
pm = static
pm.max_children = 2
env[ROUNDCUBE_CONFIG_DIR] = {folder}/roundcube
"""

NGINX = """
daemon off;
user www-data;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{}}
http {{
    include /etc/nginx/mime.types;
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    # A page is larger than the usual buffers, and would be written to the disk.
    fastcgi_buffers 32 16k;
    keepalive_requests 100000;
    server {{
        listen 127.0.0.1:{http};
        root {pages};
        index index.php;
        location ~ \\.php$ {{
            include /etc/nginx/fastcgi.conf;
            fastcgi_pass unix:{folder}/php-fpm.socket;
        }}
    }}
}}
"""

DOVECOT = """
base_dir = {folder}/dovecot
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:{folder}/mail
passdb {{
    driver = static
    args = password={password}
}}
userdb {{
    driver = static
    args = uid=www-data gid=www-data home={folder}/mail
}}
service imap-login {{
    inet_listener imap {{
        port = {imap}
    }}
    inet_listener imaps {{
        port = 0
    }}
}}
namespace inbox {{
    inbox = yes
    mailbox Drafts {{
        auto = subscribe
    }}
    mailbox Sent {{
        auto = subscribe
    }}
    mailbox Trash {{
        auto = subscribe
    }}
}}
"""

ROUNDCUBE = """<?php
$config['db_dsnw'] = 'sqlite:///{folder}/roundcube/roundcube.sqlite3?mode=0640';
$config['imap_host'] = '127.0.0.1:{imap}';
$config['smtp_host'] = '127.0.0.1:9';
$config['des_key'] = 'a-key-of-24-characters--';
$config['language'] = 'en_US';
$config['log_dir'] = '{folder}/roundcube/';
$config['temp_dir'] = '{folder}/roundcube/';
"""
