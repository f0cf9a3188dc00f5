{#- The days from the first moment that is known of any ticket to the last, two more on both sides. -#}
with
digit as (
    {%- for digit in range(10) %}
    select {{ digit }} as digit{{ ' union all' if not loop.last }}
    {%- endfor %}
),

number as (
    select
        ones.digit + 10 * tens.digit + 100 * hundreds.digit
        + 1000 * thousands.digit + 10000 * ten_thousands.digit as number
    from digit as ones
    cross join digit as tens
    cross join digit as hundreds
    cross join digit as thousands
    cross join digit as ten_thousands
),

day as (
    select
        {# 1 January 1900 was a Monday. #}
        {{ halo_add_days("cast('1900-01-01' as date)", 'number') }} as local_on,
        mod(number, 7) + 1 as weekday
    from number
),

moment as (
    select opened_at as moment_at from {{ ref('int_halo__ticket') }}
    union all
    select last_closed_at from {{ ref('int_halo__ticket') }}
    union all
    select responded_at from {{ ref('int_halo__ticket') }}
    union all
    select counted_until from {{ ref('int_halo__status_span') }}
    union all
    select {{ halo_now() }}
),

range_of_days as (
    select
        {{ halo_add_days('cast(min(moment_at) as date)', -2) }} as first_on,
        {{ halo_add_days('cast(max(moment_at) as date)', 2) }} as last_on
    from moment
)

select day.local_on, day.weekday
from day
inner join range_of_days
    on day.local_on >= range_of_days.first_on and day.local_on <= range_of_days.last_on
