#include "models/clients/connections.h"

#include "models/blocks/ask.h"
#include "sim/race.h"
#include "sim/sleep.h"

namespace models {

namespace {

// Turned away at the door; anything else that fails was cut off while it was open.
bool was_refused(const Response& response) {
    return response.outcome == Outcome::rejected || response.cause == cause::refused ||
           response.cause == cause::no_backend || response.cause == cause::queue_full;
}

}  // namespace

Connections::Connections(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      client_(spec, context),
      frames_(spec.frames.build()),
      back_off_(spec.back_off.build()),
      pauses_(context.stream("pauses")),
      frame_times_(context.stream("frames")),
      identities_(context.stream("connections")),
      opened_(context, "opened"),
      dropped_(context, "dropped"),
      refused_(context, "refused"),
      reconnects_(context, "reconnects"),
      reconnects_peak_(context, "reconnects_peak"),
      open_(context.meter.timeline("open", "")) {}

void Connections::connect() {
    client_.connect();
    holder_.emplace(context_, Edge::Plan{spec_.holds, spec_.latency.build(), spec_.policies});
}

void Connections::start() {
    for (std::uint64_t user = 0; user < spec_.count; ++user) crew_.run(stay(user));
}

void Connections::dismiss() {
    crew_.dismiss();
    client_.dismiss();
}

// A story: it is opened, talked on, cut off, waited for.
//
// A connection is opened once and again; what is counted as a reconnect follows one that was cut
// off. The chat ends with its connection.
sim::Task<void> Connections::stay(std::uint64_t user) {
    sim::Draws draws(sim::request_key(pauses_, user));
    const double share = (static_cast<double>(user) + 0.5) / spec_.count;
    co_await sim::sleep(context_.scheduler(),
                        sim::from_seconds(sim::seconds(spec_.open_over) * share));
    for (std::uint64_t attempt = 0;; ++attempt) {
        opened_.add();
        open_.add(context_.now(), 1);
        std::vector<sim::Task<Response>> both;
        both.push_back(hold(user, attempt));
        both.push_back(chat(user));
        const sim::Won<Response> ended = co_await sim::race(std::move(both));
        open_.add(context_.now(), -1);
        const bool is_refused = was_refused(ended.value);
        const bool is_cut = !ended.value.ok() && !is_refused;
        if (is_refused) refused_.add();
        if (is_cut) dropped_.add();
        co_await sim::sleep(context_.scheduler(), back_off_.sample_duration(draws));
        if (is_cut) note_reconnect();
    }
}

void Connections::note_reconnect() {
    reconnects_.add();
    const auto second =
        std::chrono::duration_cast<std::chrono::seconds>(context_.now().time_since_epoch()).count();
    if (std::exchange(second_, second) != second) reconnects_in_it_ = 0;
    reconnects_peak_.at_least(static_cast<double>(++reconnects_in_it_));
}

sim::Task<Response> Connections::hold(std::uint64_t user, std::uint64_t attempt) {
    Request request = client_.source().blank();
    client_.source().ask(request, user, user);
    request.identity = sim::request_key(identities_, user << 32 | attempt);
    request.operation = request.identity;
    request.endpoint = holder_->endpoint();
    co_return co_await ask(context_.world, *holder_, request);
}

sim::Task<Response> Connections::chat(std::uint64_t user) {
    sim::Draws draws(sim::request_key(frame_times_, user));
    for (;;) {
        co_await sim::sleep(context_.scheduler(), frames_.sample_duration(draws));
        client_.send({next_frame_++, context_.now(), user});
    }
}

void Connections::finish() {
    client_.finish();
    context_.meter.record().measures.push_back({"open", "", open_.value()});
}

}  // namespace models
