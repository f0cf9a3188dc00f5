{#- The weeks of working hours by which tickets are reckoned: Halo's workdays, and number 0, which is
    `halo_business_hours`. -#}
{%- set zones = halo_iana_zones() %}
with
workday as (
    select
        workday_id,
        workday_name,
        case
            when windows_zone like '%/%' then windows_zone
            {%- for windows, iana in zones.items() %}
            when windows_zone = '{{ windows }}' then '{{ iana }}'
            {%- endfor %}
        end as known_zone
    from {{ ref('stg_halo__workday') }}
)

select
    workday_id as schedule_id,
    workday_name as schedule_name,
    coalesce(known_zone, '{{ var("halo_timezone") }}') as zone,
    known_zone is not null as is_zone_known
from workday
{%- if var('halo_business_hours') %}
union all
select 0, 'halo_business_hours', '{{ var("halo_timezone") }}', true
{%- endif %}
