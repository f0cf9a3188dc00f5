{{ halo_stage('holiday', [
    ('workday_id', 'code', 'workday_id'),
    ('id', 'text', 'holiday_id'),
    ('name', 'text', 'holiday_name'),
    ('date', 'at', 'starts_at'),
    ('end_date', 'at', 'ends_at'),
    ('allday', 'flag', 'is_all_day'),
]) }}
