{{ halo_stage('asset_type', [
    ('id', 'code', 'asset_type_id'),
    ('name', 'text', 'asset_type_name'),
]) }}
