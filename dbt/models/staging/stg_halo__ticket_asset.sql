{{ halo_stage('ticket_asset', [
    ('ticket_id', 'code', 'ticket_id'),
    ('position', 'code', 'position'),
    ('id', 'code', 'asset_id'),
    ('is_primary_asset', 'flag', 'is_primary'),
]) }}
