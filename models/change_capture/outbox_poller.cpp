#include "models/change_capture/outbox_poller.h"

#include <algorithm>
#include <utility>

#include "models/blocks/ask.h"
#include "models/change_capture/outbox_relay.h"
#include "models/spans.h"
#include "models/transactional.h"
#include "sim/sleep.h"

namespace models {

// However it ends, the transaction is left, and its rows are free.
class OutboxPoller::Poll {
public:
    explicit Poll(OutboxRelay& relay) : relay_(relay) {
        if (relay.spec().claim == RowClaim::none) return;
        number_ = relay.context().world.transactions.open(0);
    }
    Poll(const Poll&) = delete;
    Poll& operator=(const Poll&) = delete;
    ~Poll() {
        if (query_ != 0) relay_.table().take(query_);
        if (number_ == 0) return;
        relay_.context().world.transactions.close(number_);
        relay_.transactions().leave(number_);
        relay_.table().release(number_);
    }

    // Of its transaction; 0: it has none.
    std::uint32_t number() const { return number_; }
    std::uint64_t ask() {
        return query_ = relay_.table().ask(relay_.spec().rows_per_poll, number_);
    }
    std::vector<OutboxTable::Row> take() {
        return relay_.table().take(std::exchange(query_, std::uint64_t{0}));
    }

private:
    OutboxRelay& relay_;
    std::uint32_t number_ = 0;
    std::uint64_t query_ = 0;
};

OutboxPoller::OutboxPoller(OutboxRelay& relay, Instance& process, std::uint32_t index)
    : InstanceTask(relay.context(), process, index), relay_(relay) {}

sim::Task<void> OutboxPoller::work() {
    sim::Scheduler& scheduler = context_.scheduler();
    sim::Draws draws(relay_.next_identity());
    const sim::Duration interval = relay_.spec().poll_interval;
    co_await sim::sleep(scheduler, sim::from_seconds(draws.uniform() * sim::seconds(interval)));
    while (!is_leaving()) {
        const sim::Time next = context_.now() + interval;
        bool has_more = true;
        while (has_more && !is_leaving()) has_more = co_await poll();
        co_await sim::sleep_until(scheduler, next);
    }
}

// Whether there may be more.
sim::Task<bool> OutboxPoller::poll() {
    relay_.polls.add();
    Poll poll(relay_);
    std::vector<OutboxTable::Row> rows;
    const bool has_asked = co_await find_rows(poll, rows);
    if (!has_asked) co_return false;
    if (rows.empty()) relay_.empty_polls.add();
    std::vector<std::uint64_t> sent = co_await publish(rows);
    const bool is_full = sent.size() == relay_.spec().rows_per_poll;
    const bool is_marked = co_await mark(poll, std::move(sent));
    const bool has_more = is_full && is_marked;
    co_return has_more;
}

Request OutboxPoller::next_request() const {
    return request(relay_.next_identity());
}

sim::Task<bool> OutboxPoller::find_rows(Poll& poll, std::vector<OutboxTable::Row>& rows) {
    OutboxRelay::Ways& ways = relay_.ways();
    if (poll.number() != 0) {
        Request begin = next_request();
        begin.within = poll.number();
        const Response begun = co_await ask(context_.world, ways.begin, begin);
        if (!begun.ok()) co_return false;
    }
    Request select = next_request();
    select.within = poll.number();
    select.key = poll.ask();
    select.endpoint = ways.select.endpoint();
    Service& way = poll.number() != 0 ? ways.select_in : ways.select;
    const Response found = co_await ask(context_.world, way, select);
    if (found.ok()) rows = poll.take();
    co_return found.ok();
}

// One after the other, until one fails: those that were acknowledged.
sim::Task<std::vector<std::uint64_t>> OutboxPoller::publish(
    const std::vector<OutboxTable::Row>& rows) {
    std::vector<std::uint64_t> sent;
    for (const OutboxTable::Row& row : rows) {
        co_await use_cores(relay_.spec().event_time);
        Request record = next_request();
        record.operation = row.event.operation;
        record.key = row.event.key;
        record.user = row.event.user;
        record.span = row.event.span;
        CallSpan span(context_.world, context_.meter, record,
                      {"publish " + relay_.spec().topic.endpoint, sim::SpanKind::client});
        const Response response = span.end(co_await ask(context_.world, relay_.producer(), record));
        if (!response.ok()) {
            relay_.failures.add();
            break;
        }
        relay_.published(row);
        sent.push_back(row.number);
    }
    co_return sent;
}

// What becomes of the rows is seen at the next poll.
sim::Task<bool> OutboxPoller::mark(const Poll& poll, std::vector<std::uint64_t> rows) {
    OutboxRelay::Ways& ways = relay_.ways();
    if (!rows.empty()) {
        Request update = next_request();
        update.within = poll.number();
        update.is_write = true;
        update.rows = static_cast<std::uint16_t>(rows.size());
        update.key = relay_.table().mark(std::move(rows));
        Service& way = poll.number() != 0 ? ways.update_in : ways.update;
        const Response marked = co_await ask(context_.world, way, update);
        if (!marked.ok()) relay_.table().forget_mark(update.key);
        if (!marked.ok()) co_return false;
    }
    if (poll.number() == 0) co_return true;
    Request commit = next_request();
    commit.within = poll.number();
    const Response committed = co_await ask(context_.world, ways.commit, commit);
    co_return committed.ok();
}

}  // namespace models
