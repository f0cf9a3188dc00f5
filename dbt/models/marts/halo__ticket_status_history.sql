select
    span.ticket_id,
    span.position,
    span.status_id,
    status.status_name,
    span.phase,
    span.previous_status_id,
    previous_status.status_name as previous_status_name,
    span.started_at,
    span.ended_at,
    {{ halo_hours('span.duration') }} as hours,
    {{ halo_hours('span.working_duration') }} as working_hours,
    span.is_reopening,
    span.is_inferred
from {{ ref('int_halo__span_hours') }} as span
left join {{ ref('stg_halo__status') }} as status on span.status_id = status.status_id
left join {{ ref('stg_halo__status') }} as previous_status
    on span.previous_status_id = previous_status.status_id
