#include "models/clients/client.h"

#include <algorithm>

#include "models/spans.h"
#include "sim/sleep.h"

namespace models {

Client::Client(const ClientSpec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      crowd_(spec.population, spec.calls, context),
      splits_(spec, context.meter),
      top_keys_(context, "for_top_10_keys"),
      bytes_sent_(context, "bytes_sent", "bytes"),
      bytes_received_(context, "bytes_received", "bytes"),
      originals_(context, "originals"),
      duplicates_(context, "duplicates"),
      until_again_(spec.resubmit.after.build()),
      second_tries_(context.stream("second tries")),
      degraded_(context, "degraded"),
      stale_(context, "stale") {
    context.meter.record().is_client = true;
}

// Calls to endpoints of one node share its edge: a client has one circuit breaker for it, not one
// for each thing it asks.
void Client::connect() {
    std::vector<std::string> nodes;
    for (const ClientCall& call : spec_.calls.list) {
        const auto known = std::ranges::find(nodes, call.to.node);
        const auto edge = static_cast<std::uint32_t>(known - nodes.begin());
        if (known == nodes.end()) {
            nodes.push_back(call.to.node);
            edges_.emplace_back(context_,
                                Edge::Plan{call.to, spec_.latency.build(), spec_.policies});
        }
        Node& node = context_.world.directory.node(call.to.node);
        titles_.push_back(call.title());
        ways_.push_back({edge, node.endpoint(call.to.endpoint).value_or(0)});
    }
}

sim::Task<Response> Client::send(Sending sending) {
    counts_.originals += counts();
    return spec_.resubmit.happens() ? insist(sending) : attempt(sending);
}

sim::Task<Response> Client::insist(Sending sending) {
    const Resubmission& resubmit = spec_.resubmit;
    const Crowd::Asked asked = crowd_.ask(sending.number, sending.person, sending.as);
    sim::Draws draws(sim::request_key(second_tries_, asked.request.identity));
    if (draws.chance(resubmit.double_click.value)) {
        copies_.run(click_again(sending, until_again_.sample_duration(draws)));
    }
    Response response = co_await attempt(sending);
    for (std::uint32_t tries = 0; !response.ok() && tries < resubmit.most; ++tries) {
        if (!draws.chance(resubmit.after_failure.value)) break;
        co_await sim::sleep(context_.scheduler(), until_again_.sample_duration(draws));
        duplicates_.add();
        sending.intended = context_.now();
        response = co_await attempt(sending, tries + 2);
    }
    co_return response;
}

sim::Task<void> Client::click_again(Sending sending, sim::Duration after) {
    co_await sim::sleep(context_.scheduler(), after);
    duplicates_.add();
    sending.intended = context_.now();
    co_await attempt(sending, 1);
}

sim::Task<Response> Client::attempt(Sending sending, std::uint32_t again) {
    sim::Meter& meter = context_.meter;
    const sim::Time intended = sending.intended;
    Crowd::Asked asked = crowd_.ask(sending.number, sending.person, sending.as);
    Request& request = asked.request;
    if (again > 0) [[unlikely]]
        request = request.again(again);
    meter.arrived(intended, request.is_write);
    meter.asked(intended, request.identity);
    const Splits::Parts parts = splits_.arrived(asked, intended);
    in_flight_peak_ = std::max(in_flight_peak_, meter.in_flight());
    if (counts()) {
        counts_.top_keys += request.key < 10;
        counts_.bytes_sent += request.bytes;
    }
    const Way& way = ways_[asked.call];
    request.endpoint = way.endpoint;
    CallSpan span(context_.world, meter, request, CallSpan::Root{intended, titles_[asked.call]});
    Reply reply =
        sending.to != nullptr ? sending.to->call(request) : edges_[way.edge].call(request);
    Response response = co_await std::move(reply);
    if (response.ok() && response.bytes == 0) response.bytes = asked.answer;
    const double transfer =
        spec_.bandwidth.seconds_for(static_cast<double>(request.bytes) + response.bytes);
    if (transfer > 0) co_await sim::sleep(context_.scheduler(), sim::from_seconds(transfer));
    meter.spent(Spent::calling, context_.now() - intended);
    meter.left(intended, response.outcome, response.cause);
    span.end(response);
    splits_.left(parts, intended, response.outcome);
    if (counts()) {
        counts_.bytes_received += response.bytes;
        counts_.degraded += response.ok() && response.degraded;
        counts_.stale += response.ok() && response.stale;
    }
    co_return response;
}

// When most requests came, as the start of that slice of time.
void Client::finish() {
    originals_.always(static_cast<double>(counts_.originals));
    top_keys_.always(static_cast<double>(counts_.top_keys));
    bytes_sent_.always(static_cast<double>(counts_.bytes_sent));
    bytes_received_.always(static_cast<double>(counts_.bytes_received));
    degraded_.always(static_cast<double>(counts_.degraded));
    stale_.always(static_cast<double>(counts_.stale));
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
    record.measures.push_back({"in_flight_peak", "", static_cast<double>(in_flight_peak_)});
}

}  // namespace models
