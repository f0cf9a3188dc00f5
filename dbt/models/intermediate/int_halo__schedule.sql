{#- The weeks of working hours by which tickets are reckoned: Halo's workdays, and number 0, which is
    `halo_business_hours`. -#}
{%- set zones = halo_iana_zones() %}
select
    workday_id as schedule_id,
    workday_name as schedule_name,
    case
        when windows_zone like '%/%' then windows_zone
        {%- for windows, iana in zones.items() %}
        when windows_zone = '{{ windows }}' then '{{ iana }}'
        {%- endfor %}
        else '{{ var("halo_timezone") }}'
    end as zone
from {{ ref('stg_halo__workday') }}
{%- if var('halo_business_hours') %}
union all
select 0, 'halo_business_hours', '{{ var("halo_timezone") }}'
{%- endif %}
