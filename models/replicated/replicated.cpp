#include "models/replicated/replicated.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/data/judging.h"
#include "models/engines/engine_usages.h"
#include "sim/sleep.h"
#include "sim/within.h"

namespace models {

namespace {

// Beyond so many records the log forgets those that only a machine that is down still lacks.
constexpr std::uint64_t kLongestLog = 1'000'000;

}  // namespace

// Alone, there is nobody it could not reach.
Abilities ReplicatedSpec::suffers() const {
    Abilities all = suffers_as(abilities_of<Copy>());
    if (!disk) all = all.without(Abilities::disk_space());
    return replicas > 0 ? all : all.without(Abilities::partition());
}

std::vector<std::string> ReplicatedSpec::roles() const {
    std::vector<std::string> roles{std::string(kPrimaryRole)};
    if (replicas > 0) roles.emplace_back(kReplicaRole);
    return roles;
}

Replicated::Replicated(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      places_(context),
      answered_(context.scheduler()),
      fencing_(context, spec.fencing_tokens),
      is_read_only_(spec.queries.entries.size() + 1),
      routes_(spec.query_names(), context),
      lag_(*this, context),
      replication_delay_(spec.replication_delay.build()),
      promote_time_(spec.failover.value_or(FailoverSpec{}).promote_time.build()),
      repoint_time_(spec.failover.value_or(FailoverSpec{}).repoint_time.build()),
      heartbeat_work_(sim::from_seconds(spec.service_time.build().mean())),
      promote_draws_(context.stream("promotion")),
      repoint_draws_(context.stream("repointing")),
      reads_on_primary_(context, "reads_on_primary"),
      reads_on_replicas_(context, "reads_on_replicas"),
      stale_reads_(context, "stale_reads"),
      own_stale_reads_(context, "own_stale_reads"),
      late_replicas_(context, "late_replicas"),
      writes_refused_(context, "writes_refused"),
      unanswered_(context, "unanswered_writes"),
      failovers_(context, "failovers"),
      lost_writes_(context, "lost_writes"),
      lost_unshipped_(context, "lost_unshipped"),
      lost_apart_(context, "lost_apart"),
      conflicts_(context, "conflicts"),
      repointed_(context, "repointed"),
      detection_(context, "detection", "s"),
      promotion_(context, "promotion", "s"),
      redirection_(context, "redirection", "s") {
    for (std::uint32_t index = 0; index <= spec.replicas; ++index) {
        copies_.push_back(std::make_unique<Copy>(*this, index));
        instances_.push_back(copies_.back().get());
    }
    Engine::add_resources(context.meter, spec, [this] {
        std::vector<const Engine*> engines;
        for (const auto& copy : copies_) engines.push_back(&copy->engine());
        return engines;
    });
    // Where commits wait until replicas have applied them they are whom its workers keep waiting.
    const bool is_waited_for = spec.acknowledge != Acknowledge::at_once &&
                               spec.acknowledge_when == AcknowledgeWhen::applied;
    context.meter.resource("apply workers",
                           [this, is_waited_for](sim::Time, sim::Uses& uses) {
                               for (const auto& copy : copies_) uses.push_back(copy->workers_use());
                               if (is_waited_for) uses.front().waiting = commits_.use().waiting;
                           },
                           {.within = is_waited_for ? "connections" : ""});
    if (spec.disk) {
        context.meter.resource("disk space", [this](sim::Time, sim::Uses& uses) {
            for (const auto& copy : copies_) uses.push_back(copy->disk()->use());
        });
    }
    primary_ = copies_.front().get();
    primary_->leads = true;
    terms_.push_back({primary_, context.now(), 0});
    for (const std::string& name : spec.read_only) is_read_only_[*spec.query(name)] = true;
}

Replicated::~Replicated() = default;

void Replicated::dismiss() {
    crew_.dismiss();
    for (const auto& copy : copies_) copy->dismiss();
    if (manager_) manager_->stop();
}

void Replicated::start() {
    for (const auto& copy : copies_) {
        if (copy->disk() != nullptr) copy->disk()->start();
    }
    if (spec_.replicas == 0) return;
    for (const auto& copy : copies_) {
        if (copy.get() != primary_) copy->follow();
    }
    if (spec_.failover && context_.world.can_fail) manager_.emplace(*this).start();
    crew_.run(lag_.watch());
    if (spec_.check_interval > sim::Duration::zero()) crew_.run(lag_.compare_at_intervals());
}

std::optional<EndpointId> Replicated::endpoint(std::string_view name) const {
    if (name == "primary") return Spec::kPrimary;
    if (name == "replica") return Spec::kReplica;
    const auto query = spec_.query(name);
    if (!query) return std::nullopt;
    return *query + Spec::kReplica;
}

EndpointId Replicated::query_of(const Request& request) {
    return request.endpoint > Spec::kReplica ? request.endpoint - Spec::kReplica : 0;
}

// --- who is asked ---

Copy& Replicated::copy_for(const Request& request) {
    const bool names_replica = request.endpoint == Spec::kReplica;
    if (names_replica || (!request.is_write && may_read_replica(request))) {
        Copy* const replica = next_replica();
        if (replica != nullptr) return *replica;
    }
    return believed_primary(request);
}

bool Replicated::may_read_replica(const Request& request) const {
    if (request.endpoint == Spec::kPrimary) return false;
    const bool wants = spec_.read_from == ReadsFrom::replicas || is_read_only_[query_of(request)];
    if (!wants || spec_.read_your_writes != ReadYourWrites::primary_after_write) return wants;
    const OwnWrites::Last* const last = own_writes_.last(request);
    return last == nullptr || context_.now() - last->at >= spec_.sticky_for;
}

Copy* Replicated::next_replica() {
    for (std::size_t step = 0; step < copies_.size(); ++step) {
        Copy& copy = *copies_[turn_++ % copies_.size()];
        if (&copy != primary_ && !copy.leads && copy.is_up()) return &copy;
    }
    return nullptr;
}

// The last one that this caller has heard of.
Copy& Replicated::believed_primary(const Request& request) const {
    for (std::size_t term = terms_.size() - 1; term > 0; --term) {
        const std::uint64_t caller = std::uint64_t{request.address} << 32U | request.caller;
        sim::Draws draws(sim::request_key(repoint_draws_ + term, caller));
        const sim::Time known = terms_[term].since + repoint_time_.sample_duration(draws);
        if (known <= context_.now()) return *terms_[term].primary;
    }
    return *terms_.front().primary;
}

// --- answering ---

Response Replicated::read(Copy& copy, const Request& request) {
    (copy.leads ? reads_on_primary_ : reads_on_replicas_).add();
    Response response = copy.engine().answer_about(request.key);
    response.version = copy.version_of(request.key);
    return response;
}

// Fails when they do not come in time.
Reply Replicated::await_own_writes(Copy& copy, Request request) {
    const OwnWrites::Last* const last = own_writes_.last(request);
    if (last == nullptr) co_return Response{};
    const auto wait = [](Watermark& applied, std::uint64_t position) -> sim::Task<bool> {
        co_return co_await applied.until(position);
    };
    const auto came = co_await sim::within(context_.scheduler(), spec_.position_timeout,
                                           wait(copy.applied(), last->position));
    const bool has_them = came && *came;
    co_return has_them ? Response{} : Response{Outcome::failed};
}

Response Replicated::write(Copy& copy, const Request& request) {
    const LogRecord record = commit(copy, request);
    if (&copy != primary_) return commit_apart(copy, record, request);
    append(record);
    note_write();
    return acknowledge(record, log_.end(), request);
}

Reply Replicated::write_and_wait(Copy& copy, Request request) {
    const LogRecord record = commit(copy, request);
    if (&copy != primary_) co_return commit_apart(copy, record, request);
    append(record);
    note_write();
    const std::uint64_t position = log_.end();
    const std::size_t term = terms_.size();
    const sim::Time began = context_.now();
    const bool came = co_await acknowledged(position);
    context_.meter.spent(Spent::calling, context_.now() - began);
    if (!came) co_return Response{Outcome::failed, cause::unavailable};
    if (term == terms_.size() && log_.has(position - 1)) {
        acknowledged_ += log_[position - 1].acknowledged ? 0 : 1;
        log_[position - 1].acknowledged = true;
    }
    co_return acknowledge(record, position, request);
}

// The first one that a new primary takes.
void Replicated::note_write() {
    const sim::Time since = std::exchange(promoted_since_, sim::kForever);
    if (since != sim::kForever) redirection_.add(sim::seconds(context_.now() - since));
}

LogRecord Replicated::commit(Copy& copy, const Request& request) {
    LogRecord record{request.key, request.version, context_.now(), request.bytes,
                     fencing_.token_of(request)};
    if (record.version == 0) record.version = ledger_.reserve();
    ledger_.commit(record.key, record.version);
    copy.store(record);
    return record;
}

// From here on its replicas can have it.
void Replicated::append(LogRecord record) {
    record.acknowledged = spec_.acknowledge == Acknowledge::at_once;
    acknowledged_ += record.acknowledged ? 1 : 0;
    log_.append(record);
    primary_->made(log_.end());
    primary_->ship_last();
    if (log_.end() % 1024 == 0) trim_log();
}

// Nobody follows it any more, and it does not know: acknowledged, and lost.
Response Replicated::commit_apart(Copy& copy, const LogRecord& record, const Request& request) {
    if (spec_.acknowledge != Acknowledge::at_once) return {Outcome::failed, cause::unavailable};
    copy.apart.push_back(record);
    lost_writes_.add();
    lost_apart_.add();
    models::acknowledge(ledger_, request, record.version);
    Response response;
    response.version = record.version;
    return response;
}

Response Replicated::acknowledge(const LogRecord& record, std::uint64_t position,
                                 const Request& request) {
    own_writes_.wrote(request, record.version, {context_.now(), position});
    models::acknowledge(ledger_, request, record.version);
    Response response;
    response.version = record.version;
    return response;
}

// False when that will not happen any more: the primary died, or was replaced.
sim::Task<bool> Replicated::acknowledged(std::uint64_t position) {
    const Contention::Wait in_line(commits_);
    if (!spec_.acknowledge_timeout) co_return co_await answered_.until(position);
    const auto wait = [](Watermark& answered, std::uint64_t until) -> sim::Task<bool> {
        co_return co_await answered.until(until);
    };
    const auto came = co_await sim::within(context_.scheduler(), *spec_.acknowledge_timeout,
                                           wait(answered_, position));
    if (!came) unanswered_.add();
    co_return !came || *came;
}

std::uint32_t Replicated::needed_answers() const {
    switch (spec_.acknowledge) {
        case Acknowledge::at_once:
            return 0;
        case Acknowledge::one:
            return 1;
        case Acknowledge::majority:
            return (spec_.replicas + 1) / 2;
        case Acknowledge::all:
            return spec_.replicas;
    }
    return 0;
}

// So far as the last of those that are needed has got.
void Replicated::replica_told() {
    std::vector<std::uint64_t> told;
    for (const auto& copy : copies_) {
        const bool follows = copy.get() != primary_ && copy->term == terms_.size();
        if (follows) told.push_back(copy->told());
    }
    const std::uint32_t needed = needed_answers();
    if (needed == 0 || told.size() < needed) return;
    std::ranges::sort(told, std::greater<>());
    answered_.reach(told[needed - 1]);
}

void Replicated::trim_log() {
    std::uint64_t up = log_.end();
    std::uint64_t all = log_.end();
    for (const auto& copy : copies_) {
        all = std::min(all, copy->applied().reached());
        if (copy->is_up()) up = std::min(up, copy->applied().reached());
    }
    log_.trim(log_.end() - log_.first() > kLongestLog ? up : all);
}

// --- the report ---

void Replicated::begin_measuring() {
    for (const auto& copy : copies_) {
        copy->engine().begin_measuring();
        if (copy->disk() != nullptr) copy->disk()->begin_measuring();
    }
}

void Replicated::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const auto count = static_cast<double>(copies_.size());
    record.instances = count;
    use_engines(context_, spec_, count);
    double busy = 0;
    double in_use = 0;
    std::size_t waiting_peak = 0;
    for (const auto& copy : copies_) {
        const double utilisation = copy->engine().utilisation();
        busy += utilisation / count;
        in_use += copy->engine().connections_in_use() / count;
        waiting_peak = std::max(waiting_peak, copy->engine().waiting_peak());
        const char* const role = copy->leads ? "primary" : "replica";
        record.machines.push_back(
            {fmt::format("{} {}", name_of(*copy), role), copy->requests, utilisation});
        if (!copy->apart.empty()) throw_away_apart(*copy, "writes apart at the end");
    }
    record.utilisation = busy;
    record.connections_in_use = in_use;
    record.waiting_peak = waiting_peak;
    if (without_primary_since_ != sim::kForever) {
        without_primary_ += context_.now() - without_primary_since_;
    }
    record.measures.push_back({"without_primary", "s", sim::seconds(without_primary_)});
    primary_->engine().finish(record);
    record.measures.push_back({"primary_utilisation", "1", primary_->engine().utilisation()});
    if (spec_.disk) {
        std::vector<const DatabaseDisk*> disks;
        for (const auto& copy : copies_) disks.push_back(copy->disk());
        finish_disks(record, disks);
    }
    lag_.finish();
    fencing_.finish(record);
}

}  // namespace models
