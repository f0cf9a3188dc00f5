{#- Each local day of each schedule: when work begins and ends, as moments, and the working time before
    the day in microseconds. Local times become moments day by day, so that a change of clocks is right.
    A moment is looked up by its UTC date, which is cheap: its local day is that one, the one before or
    the one after, whose hours are in the same row. -#}
with
day as (
    select
        schedule.schedule_id,
        day.local_on
        {%- for number in range(1, halo_interval_count() + 1) %}
        {%- for end in ['opens', 'closes'] %},
        case
            when day_off.local_on is null and hours.{{ end }}_{{ number }} is not null
                then {{ halo_moment(
                    halo_time_of('day.local_on', 'hours.' ~ end ~ '_' ~ number), 'schedule.zone'
                ) }}
        end as {{ end }}_{{ number }}_at
        {%- endfor %}
        {%- endfor %}
    from {{ ref('int_halo__schedule') }} as schedule
    cross join {{ ref('int_halo__day') }} as day
    left join {{ ref('int_halo__schedule_hours') }} as hours
        on schedule.schedule_id = hours.schedule_id and day.weekday = hours.weekday
    left join {{ ref('int_halo__day_off') }} as day_off
        on schedule.schedule_id = day_off.schedule_id and day.local_on = day_off.local_on
),

reckoned as (
    select
        day.*,
        0
        {%- for number in range(1, halo_interval_count() + 1) %}
        + coalesce({{ halo_microseconds('opens_' ~ number ~ '_at', 'closes_' ~ number ~ '_at') }}, 0)
        {%- endfor %} as working_duration
    from day
),

counted as (
    select
        reckoned.*,
        cast(coalesce(sum(working_duration) over (
            partition by schedule_id order by local_on
            rows between unbounded preceding and 1 preceding
        ), 0) as {{ dbt.type_bigint() }}) as worked_before
    from reckoned
)

select
    counted.*,
    worked_before - coalesce(
        lag(working_duration) over (partition by schedule_id order by local_on), 0
    ) as worked_before_previous
    {%- for number in range(1, halo_interval_count() + 1) %}
    {%- for end in ['opens', 'closes'] %},
    lag({{ end }}_{{ number }}_at) over (partition by schedule_id order by local_on)
        as previous_{{ end }}_{{ number }}_at,
    lead({{ end }}_{{ number }}_at) over (partition by schedule_id order by local_on)
        as next_{{ end }}_{{ number }}_at
    {%- endfor %}
    {%- endfor %}
from counted
