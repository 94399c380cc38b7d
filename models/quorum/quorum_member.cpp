#include "models/quorum/quorum_member.h"

#include <fmt/core.h>

#include "models/spans.h"
#include "sim/within.h"

namespace models {

namespace {

constexpr sim::Duration kPingSuspected = std::chrono::seconds(1);

sim::Task<bool> answers_are_in(std::shared_ptr<Gathering> gathering, bool whole) {
    co_await (whole ? gathering->all() : gathering->enough()).pass();
    co_return true;
}

}  // namespace

QuorumMember::QuorumMember(Quorum& store, std::uint32_t index)
    : store_(store),
      index_(index),
      engine_(store.spec(), store.context(), {}),
      queries_(store.context().world, engine_.first()),
      coordination_(store, *this),
      clock_(index),
      ping_work_(sim::from_seconds(store.spec().service_time.build().mean())),
      inbox_(store.context().world,
             store.places().add(fmt::format("{}[{}]", store.context().name, index))),
      pings_(store.context(), &store.places().links(), inbox_.place(),
             fmt::format("pings of {}", index)),
      peers_(store.spec().machines),
      timer_(store.context().scheduler()) {
    engine_.set_speed(speed_of(store.spec().instances, index));
    inbox_.handle([this](const QuorumMessage& message) { take(message); });
    sim::Draws draws(store.context().stream(fmt::format("clock error of {}", index)));
    const sim::Duration error = store.spec().clock_error.build().sample_duration(draws);
    clock_.shift(draws.chance(0.5) ? error : -error);
}

Reply QuorumMember::call(Request request) {
    co_return co_await ask(store_.context().world, *this, request);
}

Timestamp QuorumMember::stamp() {
    return clock_.stamp(store_.context().now());
}

sim::Task<void> QuorumMember::until_it_answers() {
    Injection* const injection = engine_.injection();
    while (injection != nullptr && injection->hangs()) co_await injection->answers().pass();
}

// --- messages ---

Channel<QuorumMessage>& QuorumMember::way_to(std::uint32_t other) {
    auto& way = peers_[other].way;
    if (way == nullptr) {
        way = std::make_unique<Channel<QuorumMessage>>(store_.context(), &store_.places().links(),
                                                       place(), store_.member(other).inbox_,
                                                       fmt::format("{} to {}", index_, other));
    }
    return *way;
}

// To itself there is no way.
void QuorumMember::send(std::uint32_t to, QuorumMessage message) {
    message.from = index_;
    if (to == index_) return take(message);
    const bool has_item =
        message.kind == QuorumMessage::Kind::write || message.kind == QuorumMessage::Kind::answer;
    const auto item = static_cast<std::uint32_t>(store_.spec().row_size.count);
    way_to(to).send(message, kQuorumMessageBytes + (has_item ? item : 0));
}

// A process that is gone refuses, as its machine closes the connection (RST).
void QuorumMember::take(const QuorumMessage& message) {
    using Kind = QuorumMessage::Kind;
    const bool is_asked = message.kind == Kind::read || message.kind == Kind::write;
    if (!is_up()) {
        if (is_asked) refuse(message);
        return;
    }
    if (is_asked) return serving_.run(serve(message));
    if (message.kind == Kind::ping) return serving_.run(answer_ping(message.from));
    hear(message);
}

void QuorumMember::refuse(const QuorumMessage& asked) {
    QuorumMessage refused{.kind = QuorumMessage::Kind::refused};
    refused.exchange = asked.exchange;
    send(asked.from, refused);
}

// What nobody waits for any more is not done, as Cassandra drops mutations that are too old.
sim::Task<void> QuorumMember::serve(QuorumMessage asked) {
    const Context& context = store_.context();
    if (context.now() > asked.until) {
        QuorumMessage dropped{.kind = QuorumMessage::Kind::answer};
        dropped.exchange = asked.exchange;
        co_return send(asked.from, dropped);
    }
    if (context.now() >= context.world.recorder.measured_from()) ++requests;
    Request there = asked.request.onward(index_, asked.request.endpoint);
    there.is_write = asked.kind == QuorumMessage::Kind::write;
    there.deadline = sim::kForever;
    CallSpan span(context.world, context.meter, there,
                  {there.is_write ? "write" : "read", sim::SpanKind::server});
    served_by(context, there, {index_, "replica"});
    const Response response = span.end(co_await ask(context.world, queries_, there));
    QuorumMessage answer{
        .kind = QuorumMessage::Kind::answer, .ok = response.ok(), .exchange = asked.exchange};
    if (!is_up()) answer.kind = QuorumMessage::Kind::refused;
    const Key key = asked.request.key;
    if (answer.ok && there.is_write) {
        answer.last = tokens_.of(key);
        const bool is_late = asked.cell.token != 0 && asked.cell.token < answer.last;
        if (is_late && store_.fencing().refuses()) {
            answer.kind = QuorumMessage::Kind::fenced;
            co_return send(asked.from, answer);
        }
        store(key, asked.cell);
        if (asked.keep_for != index_) keep_for(asked.keep_for, key, asked.cell);
    }
    answer.cell = cell(key);
    const Injection* const injection = engine_.injection();
    if (!there.is_write && injection != nullptr && injection->is_wrong(there)) {
        answer.cell.written = stamp();  // newer than any: the worst that it can claim
        answer.cell.wrong = true;
    }
    send(asked.from, answer);
}

void QuorumMember::store(Key key, const Cell& cell) {
    tokens_.wrote(key, cell.token);
    Cell& known = cells_[key];
    if (cell.written > known.written) known = cell;
}

// A ping is a query of average length: who is too slow, or stands still, does not answer it.
sim::Task<void> QuorumMember::answer_ping(std::uint32_t from) {
    const std::uint32_t times = times_down();
    co_await until_it_answers();
    co_await engine_.cpu().work(ping_work_);
    if (!is_up() || times != times_down()) co_return;
    way_to(from).reconnect();
    QuorumMessage pong{.kind = QuorumMessage::Kind::pong};
    pong.from = index_;
    pings_.send(store_.member(from).inbox_, pong, kQuorumMessageBytes);
}

void QuorumMember::hear(const QuorumMessage& answer) {
    Peer& peer = peers_[answer.from];
    if (answer.kind == QuorumMessage::Kind::refused) {
        if (answer.from != index_) suspect(peer);
    } else {
        peer.answers.heard(store_.context().now());
        trust(peer);
    }
    const auto found = gatherings_.find(answer.exchange);
    if (found == gatherings_.end()) return;
    const std::shared_ptr<Gathering> gathering = found->second;
    gathering->saw(answer.last);
    if (answer.kind == QuorumMessage::Kind::fenced) {
        gathering->fenced(answer.from);
    } else {
        gathering->answered(answer.from, answer.ok, answer.cell);
    }
    if (gathering->is_whole()) gatherings_.erase(answer.exchange);
}

// --- suspicion ---

bool QuorumMember::suspects(std::uint32_t other) {
    Peer& peer = peers_[other];
    if (other == index_) return false;
    const sim::Duration patience = store_.spec().suspect_after;
    if (peer.answers.unanswered(store_.context().now()) > patience) suspect(peer);
    return peer.is_suspected;
}

void QuorumMember::suspect(Peer& peer) {
    if (std::exchange(peer.is_suspected, true)) return;
    store_.tallies().suspicions.add();
    peer.answers.heard(store_.context().now());
    if (peer.way != nullptr) peer.way->reconnect();
    look_after();
}

void QuorumMember::trust(Peer& peer) {
    if (!std::exchange(peer.is_suspected, false)) return;
    const auto other = static_cast<std::uint32_t>(&peer - peers_.data());
    way_to(other).reconnect();
    afterwards_.run(hand_over(other));
}

void QuorumMember::look_after() {
    if (!timer_.armed()) timer_.start(kPingSuspected, static_cast<sim::Event&>(*this));
}

void QuorumMember::fire() {
    timer_.fired();
    bool has_more = false;
    for (std::uint32_t other = 0; other < peers_.size(); ++other) {
        Peer& peer = peers_[other];
        if (peer.is_suspected) {
            QuorumMessage ping{.kind = QuorumMessage::Kind::ping};
            ping.from = index_;
            pings_.send(store_.member(other).inbox_, ping, kQuorumMessageBytes);
        } else if (!peer.hints.empty()) {
            afterwards_.run(hand_over(other));
        }
        has_more = has_more || peer.is_suspected || !peer.hints.empty();
    }
    if (has_more) look_after();
}

// --- what it keeps for others ---

void QuorumMember::keep_for(std::uint32_t owner, Key key, const Cell& cell) {
    if (!store_.spec().hinted_handoff) return;
    store_.tallies().hints.add();
    Cell& hint = peers_[owner].hints[key];
    if (cell.written > hint.written) hint = cell;
    look_after();
}

// One after another; what fails stays for the next time.
sim::Task<void> QuorumMember::hand_over(std::uint32_t owner) {
    Peer& peer = peers_[owner];
    if (std::exchange(peer.is_handed_over, true)) co_return;
    while (!peer.hints.empty() && !suspects(owner)) {
        const auto [key, cell] = *peer.hints.begin();
        QuorumMessage write{.kind = QuorumMessage::Kind::write};
        write.request.key = key;
        write.request.identity = sim::mix(cell.version);
        write.cell = cell;
        const sim::Time until = store_.context().now() + store_.spec().timeout;
        write.until = until;
        const std::vector<Asked> whom{Asked{owner, owner}};
        const std::shared_ptr<Gathering> told = gather(whom, 1, write);
        if (!co_await enough(told, until) && told->fenced() == 0) break;
        store_.tallies().handed_over.add();
        const auto kept = peer.hints.find(key);
        if (kept != peer.hints.end() && kept->second.written == cell.written) {
            peer.hints.erase(kept);
        }
    }
    peer.is_handed_over = false;
}

// --- a coordinator's part ---

std::shared_ptr<Gathering> QuorumMember::gather(const std::vector<Asked>& whom, std::size_t needed,
                                                const QuorumMessage& message) {
    const sim::Time now = store_.context().now();
    while (!gatherings_.empty() && gatherings_.begin()->second->until() < now) {
        gatherings_.erase(gatherings_.begin());
    }
    auto gathering =
        std::make_shared<Gathering>(store_.context().scheduler(), needed, message.until, whom);
    QuorumMessage sent = message;
    sent.exchange = ++exchanges_;
    gatherings_.emplace(sent.exchange, gathering);
    for (const Asked& each : whom) {
        sent.keep_for = each.owner;
        if (each.machine != index_) peers_[each.machine].answers.asked(now);
        send(each.machine, sent);
    }
    return gathering;
}

sim::Task<bool> QuorumMember::enough(std::shared_ptr<Gathering> gathering, sim::Time until) {
    const sim::Duration left = until - store_.context().now();
    co_await sim::within(store_.context().scheduler(), left, answers_are_in(gathering, false));
    co_return gathering->is_enough();
}

sim::Task<void> QuorumMember::all(std::shared_ptr<Gathering> gathering, sim::Time until) {
    const sim::Duration left = until - store_.context().now();
    co_await sim::within(store_.context().scheduler(), left, answers_are_in(gathering, true));
}

// --- coming and going ---

// What it coordinates ends with it; what others wait for from it they are told by their
// connections. Cells and what it keeps are on disk.
void QuorumMember::take_down() {
    if (!engine_.take_down()) return;
    afterwards_.dismiss();
    timer_.stop();
    gatherings_.clear();
    for (Peer& peer : peers_) {
        peer.is_handed_over = false;
        peer.is_suspected = false;
        peer.answers = Suspicion();
        if (peer.way != nullptr) peer.way->reconnect();
    }
    store_.context().world.calls.end_all_in(this, {Outcome::failed, cause::reset});
}

void QuorumMember::bring_up() {
    if (engine_.bring_up()) look_after();
}

void QuorumMember::dismiss() {
    serving_.dismiss();
    afterwards_.dismiss();
    timer_.stop();
}

}  // namespace models
