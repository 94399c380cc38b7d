#include "models/pools/pool_instance.h"

#include <algorithm>

#include "models/arrivals/traces/replays.h"
#include "models/blocks/ask.h"
#include "models/calls/timeout.h"
#include "models/network/edge_hop.h"
#include "models/network/link.h"
#include "models/observed_request.h"
#include "models/pools/answers_as.h"
#include "models/pools/at_machine.h"
#include "models/pools/close_moved.h"
#include "models/pools/follow.h"
#include "models/pools/in_line.h"
#include "models/pools/reach.h"
#include "models/pools/session_look_up.h"
#include "models/pools/target_attempt.h"

namespace models {

namespace {

Targets::Plan plan_of(const Pool::Spec& spec) {
    return {spec.balancer, spec.weights, spec.backups, spec.panic_threshold.value, spec.draining};
}

}  // namespace

PoolInstance::PoolInstance(Pool& pool, const Context& context, PlaceId place)
    : pool_(pool),
      spec_(pool.spec_),
      context_(context),
      to_(context.meter.calls(spec_.of.node)),
      targets_(plan_of(spec_), context),
      cpu_(context.scheduler(), sim::Discipline::fcfs, spec_.machine ? spec_.machine->cores : 1),
      address_(10u << 24 | static_cast<std::uint32_t>(context.stream("address") >> 40)),
      is_observed_(context.world.recorder.observer() != nullptr),
      place_(place),
      visit_(context) {
    if (context.is_injected) injection_.emplace(context.scheduler());
    if (spec_.health_check) health_check_.emplace(*spec_.health_check, context, targets_, place_);
    if (spec_.passive_check) passive_check_.emplace(*spec_.passive_check, context, targets_);
    if (spec_.outlier_detection) {
        outlier_detection_.emplace(*spec_.outlier_detection, context, targets_);
    }
    if (spec_.slow_start) slow_start_.emplace(*spec_.slow_start, context, targets_);
    if (spec_.queue) queue_.emplace(*spec_.queue, context, targets_);
    if (queue_ && spec_.answers_as) queue_->answer_as(*spec_.answers_as);
    if (spec_.layer == Layer::l4) connections_.emplace(spec_.idle_timeout, context, targets_);
    add_resources();
    targets_.listen(*this);
    build_door();
    build_program();
}

// Each balancer of a pool that has several declares its own; they are told apart by their number.
void PoolInstance::add_resources() {
    if (spec_.machine) context_.meter.only_resource("cores", cpu_);
    if (queue_) {
        context_.meter.only_resource("maxconn of <node>", *queue_, {.to = spec_.of.node});
    }
}

// --- a request's way ---

// Where it stands in a place of its own; else it is a part of whoever calls it.
void PoolInstance::build_door() {
    begin_ = visit_.enter();
    if (place_ == kNowhere) return;
    above_ = door_.add<EdgeHop>(context_, place_, nullptr).state_bytes();
    above_ += door_.add<SentFrom>(place_).state_bytes();
    door_.lead_to(begin_.to);
    begin_ = door_.enter();
}

// What is not configured is not in it.
void PoolInstance::build_program() {
    if (spec_.machine) {
        auto& at = program_.add<AtMachine>(context_, *this, spec_.machine->connections);
        context_.meter.only_resource("connections", at);
        add_step<MachineWork>(context_, cpu_, *spec_.machine);
        if (injection_) add_step<InjectedHere>(context_.scheduler(), *injection_);
    }
    if (!spec_.rules.empty()) add_step<Follow>(context_, pool_.routes_, seen_address());
    if (!only_passes_on() || context_.world.replays != nullptr) return build_tries();
    if (program_.is_empty() && place_ == kNowhere) passing_.emplace(*this);
    if (is_observed_) return build_tries();
    program_.add<Pass>(context_, to_, targets_.backends(), pool_.requests_);
    visit_.link(program_.first(), door_.inside(), above_);
}

PoolInstance::Passing::Passing(PoolInstance& at)
    : measure(at.context_),
      pass(at.context_, at.to_, at.targets_.backends(), at.pool_.requests_),
      chain(measure, pass) {
    measure.link(&Return::block(), &pass);
    pass.link(&measure, nullptr);
    pass.answer_through(chain);
}

bool PoolInstance::only_passes_on() const {
    const bool looks_at_answers = spec_.sessions || spec_.next_upstream || spec_.passive_check ||
                                  spec_.outlier_detection || spec_.timeout || spec_.close_moved ||
                                  spec_.answers_as;
    const bool goes_far = is_far() || !spec_.forward_address;
    return spec_.layer == Layer::l7 && !spec_.queue && !looks_at_answers && !goes_far;
}

// A step is over when what follows it begins.
template <class Step, class... Arguments>
void PoolInstance::add_step(Arguments&&... arguments) {
    Block* const around = program_.inside();
    program_.add<Step>(std::forward<Arguments>(arguments)...);
    program_.back_to(around);
}

void PoolInstance::build_tries() {
    if (spec_.answers_as) program_.add<AnswersAs>(*spec_.answers_as);
    NextUpstream* next = nullptr;
    if (spec_.next_upstream) next = &program_.add<NextUpstream>(context_, *spec_.next_upstream);
    if (spec_.sessions && spec_.sessions->store) add_step<SessionLookUp>(*pool_.sessions_);
    Block* first = nullptr;
    if (queue_ && queue_->waits_at_pool()) {
        first = &program_.add<InLine>(context_, *queue_, targets_, nullptr);
    }
    TargetAttempt& attempt = program_.add<TargetAttempt>(*this, next);
    if (queue_ && !queue_->waits_at_pool()) {
        program_.add<InLine>(context_, *queue_, targets_, &attempt);
    }
    if (spec_.close_moved) {
        close_moved_ = &program_.add<CloseMoved>(context_, targets_.backends(), attempt);
    }
    program_.add<Sending>(*this, attempt);
    if (spec_.timeout) program_.add<Timeout>(Timeout::Spec{*spec_.timeout}, context_);
    build_reach(attempt);
    visit_.link(program_.first(), door_.inside(), above_);
    attempt.find_place();
    if (next != nullptr) next->repeat_from(first != nullptr ? first : &attempt);
}

void PoolInstance::build_reach(const TargetAttempt& attempt) {
    if (!is_far() && !is_observed_) {
        program_.add<NearTarget>(targets_, attempt);
        return;
    }
    auto& link = program_.add<NetworkLink>();
    network_.emplace();
    network_->add<Leg>(context_, targets_, attempt);
    build_way();
    network_->add<FarTarget>(targets_);
    link.carry(network_->first());
}

// As long as it says itself, or over the links to a target that has no door.
void PoolInstance::build_way() {
    if (pool_.latency_.mean() > 0) {
        network_->add<Trip>(pool_.context_, pool_.latency_, "network to targets");
        if (context_.world.network != nullptr) network_->add<SentFrom>(kNowhere);
    } else if (is_far()) {
        network_->add<EdgeHop>(context_, context_.world.network->place_of(spec_.of.node),
                               &context_.meter);
    }
}

bool PoolInstance::is_far() const {
    if (pool_.latency_.mean() > 0) return true;
    const Links* const network = context_.world.network;
    if (network == nullptr) return false;
    const Links::Stand& stand = network->stand_of(spec_.of.node);
    return !stand.has_doors && !stand.zones.empty();
}

Reply PoolInstance::call(Request request) {
    co_return co_await ask(context_.world, *this, request);
}

// --- its targets ---

void PoolInstance::start(sim::Timeline* serving) {
    serving_ = serving;
    changed();
    if (health_check_) {
        const std::string& endpoint =
            spec_.health_check->request ? spec_.health_check->request->endpoint : "";
        health_check_->start(endpoint.empty() ? 0 : pool_.of().endpoint(endpoint).value_or(0));
    }
    if (outlier_detection_) outlier_detection_->start();
}

void PoolInstance::dismiss() {
    if (health_check_) health_check_->dismiss();
    if (outlier_detection_) outlier_detection_->dismiss();
    if (slow_start_) slow_start_->dismiss();
}

void PoolInstance::watch_new(BackendId id) {
    if (health_check_) {
        health_check_->watch_new(id);
    } else {
        returned(id);
    }
}

void PoolInstance::returned(BackendId id) {
    if (slow_start_) slow_start_->returned(id);
}

void PoolInstance::changed() {
    if (queue_) queue_->targets_changed();
    if (close_moved_ != nullptr) close_moved_->targets_changed();
    if (serving_ != nullptr) serving_->set(context_.now(), static_cast<double>(targets_.serving()));
}

// A session's or a connection's target, while it is any good; else what the policy says.
std::optional<BackendId> PoolInstance::choose(const Request& request, const Tries& tries) {
    if (connections_) {
        const auto open = connections_->target_of(request);
        if (open && !tries.has(*open)) return open;
        const auto chosen = choose_untried(ConnectionTable::visible(request), tries);
        if (chosen) connections_->open(request, *chosen);
        return chosen;
    }
    if (pool_.sessions_) {
        const auto own = pool_.sessions_->target_of(request);
        if (own && targets_.stays(*own) && !tries.has(*own)) return own;
    }
    return choose_untried(request, tries);
}

// Most policies name another target when they are asked again; those that do not are shown fewer.
std::optional<BackendId> PoolInstance::choose_untried(const Request& request, const Tries& tries) {
    constexpr int kPicks = 3;
    Backends& backends = targets_.backends();
    if (backends.empty()) return std::nullopt;
    for (int pick = 0; pick < kPicks; ++pick) {
        const BackendId id = backends.pick(request);
        if (!tries.has(id)) return id;
    }
    for (const BackendId id : tries.tried) targets_.exclude(id, Reason::tried);
    std::optional<BackendId> chosen;
    if (!backends.empty()) chosen = backends.pick(request);
    for (const BackendId id : tries.tried) targets_.include(id, Reason::tried);
    return chosen;
}

// At layer 4 a policy counts connections, which are the table's.
Backends::Taken PoolInstance::take(BackendId id) {
    Backends::Taken taken{context_.now(), id, 0};
    if (!connections_) taken = targets_.backends().take_at(id);
    ++pool_.requests_[id];
    context_.meter.sent(to_);
    if (queue_) queue_->placed(id);
    if (passive_check_) passive_check_->placed(id);
    return taken;
}

void PoolInstance::give_back(const Backends::Taken& taken, const Response* response) {
    if (!connections_) targets_.backends().give_back(taken, response);
    if (queue_) queue_->left(taken.id);
}

Cause PoolInstance::without_target() const {
    if (!spec_.answers_as) return cause::no_backend;
    return answered_by(*spec_.answers_as, ProxyFailure::no_target, cause::no_backend);
}

std::optional<std::uint32_t> PoolInstance::seen_address() const {
    return spec_.forward_address ? std::nullopt : std::optional(address_);
}

// As nginx counts: errors and timeouts, and what it passes on to the next.
bool PoolInstance::is_failure(ErrorClass error_class) const {
    if (error_class == ErrorClass::error || error_class == ErrorClass::timeout) return true;
    if (!spec_.next_upstream) return false;
    const std::vector<ErrorClass>& on = spec_.next_upstream->on;
    return std::ranges::find(on, error_class) != on.end();
}

void PoolInstance::sent_to(BackendId id, Call& call) {
    if (ObservedRequest* const observed = visit_.observed(call))
        observed->sent_to(targets_.name(id));
    if (Replays* const replays = context_.world.replays) [[unlikely]]
        replays->passed_to(call.request, targets_.name(id), id);
}

void PoolInstance::answered(BackendId id, Call& call) {
    if (ObservedRequest* const observed = visit_.observed(call)) observed->answered();
    if (passive_check_ || outlier_detection_) {
        const auto error_class = error_class_of(call.response);
        if (passive_check_) passive_check_->answered(id, error_class && is_failure(*error_class));
        if (outlier_detection_) outlier_detection_->answered(id, error_class);
    }
    if (pool_.sessions_ && call.ok()) {
        pool_.sessions_->placed(call.request, id, targets_.instance(id));
    }
}

// --- its machine ---

// What the targets are doing for it goes on there, unheard.
void PoolInstance::take_down() {
    if (!up_.take_down()) return;
    went_down_ = context_.now();
    pool_.forget_known();
    context_.world.calls.end_all_in(static_cast<const Instance*>(this),
                                    {Outcome::failed, cause::reset});
    if (connections_) connections_->close_all();
}

void PoolInstance::bring_up() {
    if (up_.bring_up()) pool_.forget_known();
}

sim::Time PoolInstance::known_down_from() const {
    const sim::Duration takeover = spec_.machine->takeover;
    if (is_up() || takeover > sim::kForever - went_down_) return sim::kForever;
    return went_down_ + takeover;
}

void PoolInstance::begin_measuring() {
    busy_before_ = cpu_.busy();
    targets_.backends().begin_measuring();
}

void PoolInstance::report(sim::NodeRecord& record) const {
    const auto add = [&](const char* name, std::uint64_t value) {
        for (sim::Measure& measure : record.measures) {
            if (measure.name != name) continue;
            measure.value += static_cast<double>(value);
            return;
        }
        record.measures.push_back({name, "", static_cast<double>(value)});
    };
    if (health_check_ || passive_check_ || outlier_detection_) {
        add("excluded", targets_.exclusions());
        add("returned", targets_.returns());
        add("panics", targets_.panics());
    }
    if (outlier_detection_) add("ejections", outlier_detection_->ejections());
    if (connections_) add("connections", connections_->opened());
    if (queue_) {
        record.waiting_peak =
            std::max<std::uint64_t>(record.waiting_peak.value_or(0), queue_->waiting_peak());
    }
}

}  // namespace models
