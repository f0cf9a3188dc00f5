{#- Time and working time in each span, in microseconds. -#}
select
    span.*,
    {{ halo_microseconds('span.started_at', 'span.counted_until') }} as duration,
    {{ halo_worked_between('span.started_at', 'since', 'span.counted_until', 'until') }}
        as working_duration
from {{ ref('int_halo__status_span') }} as span
inner join {{ ref('int_halo__ticket') }} as ticket on span.ticket_id = ticket.ticket_id
left join {{ ref('int_halo__schedule') }} as schedule on ticket.schedule_id = schedule.schedule_id
left join {{ ref('int_halo__working_calendar') }} as since
    on
        schedule.schedule_id = since.schedule_id
        and cast(span.started_at as date) = since.local_on
left join {{ ref('int_halo__working_calendar') }} as until
    on
        schedule.schedule_id = until.schedule_id
        and cast(span.counted_until as date) = until.local_on
