{{ halo_stage('category', [
    ('id', 'code', 'category_id'),
    ('value', 'text', 'category_path'),
    ('category_name', 'text', 'category_name'),
]) }}
