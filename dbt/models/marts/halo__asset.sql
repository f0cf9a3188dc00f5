with
ticket as (
    select
        link.asset_id,
        count(*) as tickets,
        {{ halo_count_where('not metric.is_closed') }} as open_tickets,
        {{ halo_count_where('metric.reopenings > 0') }} as reopened_tickets,
        max(metric.opened_at) as last_opened_at,
        sum(metric.hours) as hours
    from (select distinct ticket_id, asset_id from {{ ref('stg_halo__ticket_asset') }}) as link
    inner join {{ ref('int_halo__ticket_metric') }} as metric on link.ticket_id = metric.ticket_id
    group by link.asset_id
)

select
    asset.asset_id,
    asset.inventory_number,
    asset.key_field,
    asset.asset_type_id,
    coalesce(asset_type.asset_type_name, asset.asset_type_name) as asset_type_name,
    asset.client_id,
    coalesce(client.client_name, asset.client_name) as client_name,
    asset.site_id,
    coalesce(site.site_name, asset.site_name) as site_name,
    asset.user_name,
    asset.asset_status_name,
    asset.criticality,
    asset.is_inactive,
    asset.warranty_ends_at,
    coalesce(ticket.tickets, 0) as tickets,
    coalesce(ticket.open_tickets, 0) as open_tickets,
    coalesce(ticket.reopened_tickets, 0) as reopened_tickets,
    ticket.last_opened_at,
    cast(coalesce(ticket.hours, 0) as {{ halo_type_double() }}) as hours
from {{ ref('stg_halo__asset') }} as asset
left join ticket on asset.asset_id = ticket.asset_id
left join {{ ref('stg_halo__asset_type') }} as asset_type
    on asset.asset_type_id = asset_type.asset_type_id
left join {{ ref('stg_halo__client') }} as client on asset.client_id = client.client_id
left join {{ ref('stg_halo__site') }} as site on asset.site_id = site.site_id
