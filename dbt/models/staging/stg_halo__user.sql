{{ halo_stage('user', [
    ('id', 'code', 'user_id'),
    ('name', 'text', 'user_name'),
    ('emailaddress', 'text', 'email_address'),
    ('site_id', 'id', 'site_id'),
    ('inactive', 'flag', 'is_inactive'),
]) }}
