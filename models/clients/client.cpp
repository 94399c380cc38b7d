#include "models/clients/client.h"

#include <algorithm>

#include "sim/sleep.h"

namespace models {

namespace {

bool says_answer(const ClientCall& call) {
    return call.answer.build().mean() > 0;
}

}  // namespace

// An attempt as a service: what those are let in by who wait for its answer.
class Client::Door final : public Service {
public:
    Door(Client& client, const Sending& sending) : client_(client), sending_(sending) {}

    Go enter(Call& call) override { return client_.open(call, sending_); }
    Reply call(Request request) override {
        co_return co_await ask(client_.context_.world, *this, request);
    }

private:
    Client& client_;
    Sending sending_;
};

class Client::Attempting {
public:
    Attempting(Client& client, const Sending& sending)
        : door_(client, sending), asking_(client.context_.world, door_, client.source_.blank()) {}

    bool await_ready() { return asking_.await_ready(); }
    void await_suspend(sim::Wake caller) { asking_.await_suspend(caller); }
    Response await_resume() const { return asking_.await_resume(); }

private:
    Door door_;
    Asking asking_;
};

Client::Client(const ClientSpec& spec, const Context& context, ClosedLoopSlots* slots)
    : spec_(spec),
      context_(context),
      source_(spec.population, spec.calls, context),
      slots_(slots),
      attempt_(context),
      splits_(spec, context.meter),
      top_keys_(context, "for_top_10_keys"),
      bytes_sent_(context, "bytes_sent", "bytes"),
      bytes_received_(context, "bytes_received", "bytes"),
      originals_(context, "originals"),
      duplicates_(context, "duplicates"),
      until_again_(spec.resubmit.after.build()),
      second_tries_(context.stream("second tries")),
      degraded_(context, "degraded"),
      stale_(context, "stale"),
      wrong_(context, "wrong_answers") {
    context.meter.record().is_client = true;
    if (slots != nullptr && !spec.resubmit.happens()) put_inside(slot_.emplace(*slots));
    put_inside(attempt_);
    if (splits_.has_parts()) put_inside(splits_);
    if (spec.bandwidth.bits_per_second > 0) {
        put_inside(transfer_.emplace(context, spec.bandwidth));
    }
    if (std::ranges::any_of(spec.calls.list, says_answer)) put_inside(answer_size_.emplace());
    if (context.world.histories != nullptr) put_inside(witness_.emplace(context));
    has_more_ = splits_.has_parts() || answer_size_ || witness_;
    insists_ = spec.resubmit.happens();
}

void Client::put_inside(Block& scope) {
    scope.link(innermost_, nullptr);
    innermost_ = &scope;
}

void Client::follow(const Trace& trace) {
    source_.follow(trace);
    if (!trace.is_followed()) return;
    put_inside(replaying_.emplace(context_, trace));
    has_more_ = true;
}

// Calls to endpoints of one node share its edge: a client has one circuit breaker for it, not one
// for each thing it asks.
void Client::connect() {
    std::vector<std::string> nodes;
    for (const ClientCall& call : spec_.calls.list) {
        const auto known = std::ranges::find(nodes, call.to.node) - nodes.begin();
        const auto edge = static_cast<std::size_t>(known);
        if (edge == nodes.size()) {
            nodes.push_back(call.to.node);
            const Edge::Plan plan{call.to, spec_.latency.build(), spec_.policies};
            edges_.push_back(std::make_unique<Edge>(context_, plan, innermost_));
        }
        Node& node = context_.world.directory.node(call.to.node);
        titles_.push_back(call.title());
        Histories* const histories = context_.world.histories;
        ways_.push_back({edges_[edge].get(), node.endpoint(call.to.endpoint).value_or(0),
                         histories == nullptr ? nullptr : histories->of(call.to.node)});
    }
}

void Client::send(const Sending& sending) {
    if (insists_) [[unlikely]]
        return copies_.run(insist_for_a_slot(sending));
    Calls& calls = context_.world.calls;
    Call& call = calls.begin(source_.blank());
    calls.run(call, open(call, sending));
}

// In a frame that has just begun, with a blank request.
Go Client::open(Call& call, const Sending& sending) {
    Request& request = call.request;
    const RequestSource::Asked asked =
        source_.ask(request, sending.number, sending.person, sending.as, sending.call);
    if (sending.again > 0) [[unlikely]]
        request.identity = Request::again_identity(request.identity, sending.again);
    const Way& way = ways_[asked.call];
    request.endpoint = way.endpoint;
    if (slot_) slot_->open(call, sending.slot);
    attempt_.open(call, sending.intended, sending.again == 0, titles_[asked.call]);
    if (has_more_) [[unlikely]]
        look_closer(call, sending, asked);
    if (sending.to == nullptr) [[likely]]
        return way.edge->enter(call);
    call.push_frame(innermost_);
    return sending.to->enter(call);
}

void Client::look_closer(Call& call, const Sending& sending, const RequestSource::Asked& asked) {
    if (splits_.has_parts()) splits_.open(call, sending.intended, asked);
    if (answer_size_) answer_size_->open(call, asked.answer);
    if (witness_) witness_->open(call, ways_[asked.call].history);
    if (replaying_) replaying_->open(call, sending.intended, *sending.as);
}

Client::Attempting Client::attempt(const Sending& sending) {
    return {*this, sending};
}

// A story: people wait, and send again or not.
sim::Task<Response> Client::insist(Sending sending) {
    const Resubmission& resubmit = spec_.resubmit;
    sim::Draws draws(sim::request_key(second_tries_, source_.identity_of(sending.number)));
    if (draws.chance(resubmit.double_click.value)) {
        copies_.run(click_again(sending, until_again_.sample_duration(draws)));
    }
    Response response = co_await attempt(sending);
    for (std::uint32_t tries = 0; !response.ok() && tries < resubmit.most; ++tries) {
        if (!draws.chance(resubmit.after_failure.value)) break;
        co_await sim::sleep(context_.scheduler(), until_again_.sample_duration(draws));
        duplicates_.add();
        sending.intended = context_.now();
        sending.again = tries + 2;
        response = co_await attempt(sending);
    }
    co_return response;
}

sim::Task<void> Client::insist_for_a_slot(Sending sending) {
    const Response response = co_await insist(sending);
    if (slots_ != nullptr) slots_->ended(sending.slot, response);
}

sim::Task<void> Client::click_again(Sending sending, sim::Duration after) {
    co_await sim::sleep(context_.scheduler(), after);
    duplicates_.add();
    sending.intended = context_.now();
    sending.again = 1;
    co_await attempt(sending);
}

// When most requests came, as the start of that slice of time.
void Client::finish() {
    const Attempt::Counts& counts = attempt_.counted();
    originals_.always(static_cast<double>(counts.originals));
    top_keys_.always(static_cast<double>(counts.top_keys));
    bytes_sent_.always(static_cast<double>(counts.bytes_sent));
    bytes_received_.always(static_cast<double>(counts.bytes_received));
    degraded_.always(static_cast<double>(counts.degraded));
    stale_.always(static_cast<double>(counts.stale));
    wrong_.always(static_cast<double>(counts.wrong));
    sim::NodeRecord& record = context_.meter.record();
    std::size_t busiest = 0;
    std::uint32_t most = 0;
    record.slices.for_each([&](std::size_t index, const sim::Slice& slice) {
        if (slice.arrived > most) busiest = index;
        most = std::max(most, slice.arrived);
    });
    record.measures.push_back(
        {"busiest_at", "s",
         static_cast<double>(busiest) * sim::seconds(context_.world.recorder.slice())});
    record.measures.push_back(
        {"in_flight_peak", "", static_cast<double>(attempt_.in_flight_peak())});
}

}  // namespace models
