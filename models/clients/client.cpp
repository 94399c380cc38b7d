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
    const Crowd::Asked asked = crowd_.ask(sending.number, sending.person, sending.as);
    originals_.add();
    if (!spec_.resubmit.happens()) return attempt(asked, sending.intended, sending.to);
    return insist(asked, sending.intended, sending.to);
}

sim::Task<Response> Client::insist(Crowd::Asked asked, sim::Time intended, Service* to) {
    const Resubmission& resubmit = spec_.resubmit;
    sim::Draws draws(sim::request_key(second_tries_, asked.request.identity));
    if (draws.chance(resubmit.double_click.value)) {
        copies_.run(click_again(asked, until_again_.sample_duration(draws), to));
    }
    Response response = co_await attempt(asked, intended, to);
    for (std::uint32_t tries = 0; !response.ok() && tries < resubmit.most; ++tries) {
        if (!draws.chance(resubmit.after_failure.value)) break;
        co_await sim::sleep(context_.scheduler(), until_again_.sample_duration(draws));
        duplicates_.add();
        Crowd::Asked once_more = asked;
        once_more.request = asked.request.again(tries + 2);
        response = co_await attempt(once_more, context_.now(), to);
    }
    co_return response;
}

sim::Task<void> Client::click_again(Crowd::Asked asked, sim::Duration after, Service* to) {
    co_await sim::sleep(context_.scheduler(), after);
    duplicates_.add();
    asked.request = asked.request.again(1);
    co_await attempt(asked, context_.now(), to);
}

sim::Task<Response> Client::attempt(Crowd::Asked asked, sim::Time intended, Service* to) {
    Request& request = asked.request;
    context_.meter.arrived(intended, request.is_write);
    context_.meter.asked(intended, request.identity);
    const Splits::Parts parts = splits_.arrived(asked, intended);
    in_flight_peak_ = std::max(in_flight_peak_, context_.meter.in_flight());
    if (request.key < 10) top_keys_.add();
    bytes_sent_.add(request.bytes);
    const Way& way = ways_[asked.call];
    request.endpoint = way.endpoint;
    CallSpan span(context_.world, context_.meter, request,
                  CallSpan::Root{intended, titles_[asked.call]});
    Reply reply = to != nullptr ? to->call(request) : edges_[way.edge].call(request);
    Response response = co_await std::move(reply);
    if (response.ok() && response.bytes == 0) response.bytes = asked.answer;
    const double transfer =
        spec_.bandwidth.seconds_for(static_cast<double>(request.bytes) + response.bytes);
    if (transfer > 0) co_await sim::sleep(context_.scheduler(), sim::from_seconds(transfer));
    context_.meter.spent(Spent::calling, context_.now() - intended);
    context_.meter.left(intended, response.outcome, response.cause);
    span.end(response);
    splits_.left(parts, intended, response.outcome);
    bytes_received_.add(response.bytes);
    if (response.ok() && response.degraded) degraded_.add();
    if (response.ok() && response.stale) stale_.add();
    co_return response;
}

// When most requests came, as the start of that slice of time.
void Client::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const auto busiest = std::ranges::max_element(record.slices, {}, &sim::Slice::arrived);
    const auto at = static_cast<double>(busiest - record.slices.begin());
    record.measures.push_back(
        {"busiest_at", "s",
         record.slices.empty() ? 0 : at * sim::seconds(context_.world.recorder.slice())});
    record.measures.push_back({"in_flight_peak", "", static_cast<double>(in_flight_peak_)});
}

}  // namespace models
