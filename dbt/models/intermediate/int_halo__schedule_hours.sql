{#- When work begins and ends on each weekday of a schedule, in minutes after local midnight. -#}
{%- set names = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] %}
{%- set number = dbt.type_bigint() %}
with
workday as (
    {%- for name in names %}
    select
        workday_id as schedule_id,
        {{ loop.index }} as weekday,
        is_{{ name }}_worked as is_worked,
        {{ name }}_opens as opens,
        {{ name }}_closes as closes
    from {{ ref('stg_halo__workday') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

hours as (
    select
        schedule_id,
        weekday,
        {#- A clock time stands inside an old day: 1901-01-01T08:30:00. #}
        cast(substring(opens, 12, 2) as {{ number }}) * 60 + cast(substring(opens, 15, 2) as {{ number }})
            as opens_1,
        cast(substring(closes, 12, 2) as {{ number }}) * 60 + cast(substring(closes, 15, 2) as {{ number }})
            as closes_1
    from workday
    where is_worked
)

select
    schedule_id,
    weekday,
    opens_1,
    closes_1
    {%- for number_of in range(2, halo_interval_count() + 1) %},
    cast(null as {{ number }}) as opens_{{ number_of }},
    cast(null as {{ number }}) as closes_{{ number_of }}
    {%- endfor %}
from hours
where closes_1 > opens_1
{%- for name in names %}
    {%- set intervals = var('halo_business_hours').get(name, []) %}
    {%- if intervals %}
union all
select
    0,
    {{ loop.index }}
        {%- for index in range(halo_interval_count()) %}
            {%- if index < intervals | length %}
                {%- set opens, closes = intervals[index].split('-') %}
    , {{ opens.split(':')[0] | int * 60 + opens.split(':')[1] | int }}
    , {{ closes.split(':')[0] | int * 60 + closes.split(':')[1] | int }}
            {%- else %}
    , null
    , null
            {%- endif %}
        {%- endfor %}
    {%- endif %}
{%- endfor %}
