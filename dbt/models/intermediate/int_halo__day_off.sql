{#- The days on which a schedule is closed all day. A holiday of some hours of a day is none. -#}
select distinct
    day.local_on,
    holiday.workday_id as schedule_id
from {{ ref('stg_halo__holiday') }} as holiday
inner join {{ ref('int_halo__day') }} as day
    on
        day.local_on = cast(holiday.starts_at as date)
        or (
            day.local_on > cast(holiday.starts_at as date)
            and cast(day.local_on as {{ halo_type_at() }}) < holiday.ends_at
        )
where coalesce(holiday.is_all_day, true)
{%- for day in var('halo_holidays') %}
union all
select cast('{{ day }}' as date), 0
{%- endfor %}
