select
    ticket_id,
    satisfaction_level,
    satisfaction_comment,
    {{ halo_is_satisfied('satisfaction_level') }} as is_satisfied,
    team_id,
    team_name,
    agent_id,
    agent_name,
    {{ halo_day('closed_at') }} as closed_on
from {{ ref('int_halo__ticket_metric') }}
where satisfaction_level is not null or satisfaction_comment is not null
