#include "models/redis/redis.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>

#include "models/hashes/kafka_partition.h"
#include "models/hashes/redis_slot.h"
#include "models/spans.h"
#include "sim/sleep.h"

namespace models {

namespace {

// As "user:42". Every command asks for it, so no format string is read.
std::string key_name(const std::string& prefix, std::uint64_t key) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), key).ptr;
    return std::string(prefix).append(digits.begin(), end);
}

}  // namespace

Redis::Redis(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      visit_(context, false),
      execute_(*this),
      access_time_(spec.access_time.build()),
      replication_delay_(spec.replication_delay.build()),
      election_time_(spec.election_time.build()),
      access_draws_(context.stream("access time")),
      election_draws_(context.stream("election")),
      masters_(spec.masters),
      new_keys_(kRedisSlots),
      preloaded_(kRedisSlots),
      down_since_(spec.masters_ever(), sim::kForever),
      lost_writes_(context, "lost_writes"),
      failovers_(context, "failovers"),
      redirects_(context, "redirects"),
      stale_reads_(context, "stale_reads"),
      moved_keys_(context, "moved_keys"),
      moved_slots_(context, "moved_slots") {
    visit_.link(&execute_);
    execute_.link(visit_.inside(), nullptr);
    const std::uint64_t lag = context.stream("replication");
    for (std::uint32_t shard = 0; shard < spec.masters_ever(); ++shard) {
        std::vector<RedisMember*> members;
        for (std::uint32_t index = 0; index <= spec.replicas; ++index) {
            members_.push_back(std::make_unique<RedisMember>(*this, shard, index));
            members.push_back(members_.back().get());
        }
        shards_.emplace_back(members, RedisShard::Lag{replication_delay_, lag + shard * 1000});
    }
    // The first masters come first: a failure of so many instances strikes those.
    for (std::uint32_t index = 0; index <= spec.replicas; ++index) {
        for (const RedisShard& shard : shards_) instances_.push_back(shard.members()[index]);
    }
    hand_out_slots();
}

Redis::~Redis() = default;

// 0-5460, 5461-10922 and 10923-16383 for three.
void Redis::hand_out_slots() {
    owner_.resize(kRedisSlots);
    const double each = static_cast<double>(kRedisSlots) / spec_.masters;
    for (std::uint32_t slot = 0; slot < kRedisSlots; ++slot) owner_[slot] = spec_.masters - 1;
    std::uint32_t first = 0;
    for (std::uint32_t shard = 0; shard < spec_.masters; ++shard) {
        const auto end = static_cast<std::uint32_t>(each * (shard + 1) + 0.5);
        for (; first < end && first < kRedisSlots; ++first) owner_[first] = shard;
    }
    known_ = owner_;
}

void Redis::start() {
    count_preloaded();
    if (spec_.resharding) crew_.run(reshard());
}

void Redis::count_preloaded() {
    for (Key key = 0; key < spec_.preload; ++key) ++preloaded_[place_of(key).slot];
}

Redis::Place Redis::place_of(Key key) const {
    const std::string name = key_name(spec_.key_prefix, key);
    const std::uint32_t slot = redis_slot(name);
    if (spec_.placement == KeyPlacement::slots) return {slot, owner_[slot], known_[slot]};
    const std::uint32_t partition = kafka_partition(name, masters_);
    return {slot, partition, partition};
}

Reply Redis::execute_judged(Request request) {
    const bool judges = !request.is_relayed;
    const std::uint64_t expected = judges ? ledger_.acknowledged(request.key) : 0;
    Response response = co_await execute(place_of(request.key), request);
    if (judges && response.ok()) {
        if (request.is_write) {
            ledger_.acknowledge(request.key, response.version);
        } else if (response.version < expected) {
            response.stale = true;
            stale_reads_.add();
        }
    }
    co_return response;
}

Reply Redis::execute(Place place, Request request) {
    if (refuses_all()) co_return refuse(place, Cause::unavailable);
    if (place.believed != place.shard) {
        RedisMember& wrong = shards_[place.believed].master();
        redirects_.add();
        co_await visit(wrong, request);
        known_ = owner_;  // MOVED: the caller asks for the whole table
    }
    RedisMember* member = member_for(place, request);
    if (member == nullptr) co_return refuse(place, Cause::unavailable);
    const Cause cause = co_await visit(*member, request);
    if (cause != Cause::none) co_return refuse(place, cause);
    // It may have been moved, or replaced as a master, meanwhile: then whoever has it answers.
    member = member_for(place_of(request.key), request);
    if (member == nullptr) co_return refuse(place, Cause::unavailable);
    co_return answer(*member, request);
}

// A turn of its thread, and the network; none, or why there is no answer.
sim::Task<Cause> Redis::visit(RedisMember& member, const Request& request) {
    const sim::Time began = context_.now();
    ++member.requests;
    sim::Draws draws(sim::request_key(access_draws_, request.identity));
    co_await sim::sleep(context_.scheduler(), access_time_.sample_duration(draws));
    if (!member.is_up()) co_return Cause::reset;
    if (Injection* const injection = member.injection()) {
        const Cause cause = co_await injection->pass(request);
        if (cause != Cause::none || !member.is_up()) {
            co_return cause != Cause::none ? cause : Cause::reset;
        }
    }
    const sim::Duration waited = co_await member.cpu().work(spec_.command_time);
    context_.meter.spent(Spent::queueing, waited);
    context_.meter.spent(Spent::service, context_.now() - began - waited);
    worked_in(context_.world, request, began, waited);
    co_return member.is_up() ? Cause::none : Cause::reset;
}

RedisMember* Redis::member_for(const Place& place, const Request& request) const {
    const RedisShard& shard = shards_[place.shard];
    if (request.is_write) return shard.master().is_up() ? &shard.master() : nullptr;
    return shard.reader(spec_.read_from == ReadFrom::replica, request.identity);
}

bool Redis::refuses_all() const {
    if (spec_.masters == 1 || !spec_.require_full_coverage) return false;
    return std::ranges::any_of(down_since_, [](sim::Time at) { return at != sim::kForever; });
}

Response Redis::refuse(const Place& place, Cause cause) {
    lowest_failed_ = std::min(lowest_failed_, place.slot);
    highest_failed_ = std::max(highest_failed_, place.slot);
    return {Outcome::failed, cause};
}

Response Redis::answer(RedisMember& member, const Request& request) {
    RedisShard& shard = shards_[member.shard()];
    Response response;
    if (request.is_write) {
        const bool is_new = !member.written.contains(request.key);
        response.version = ledger_.commit(request.key);
        shard.write(request.key, response.version, context_.now());
        const bool was_preloaded = request.key < spec_.preload && !member.is_empty;
        if (is_new && !was_preloaded) new_keys_[place_of(request.key).slot].push_back(request.key);
        return response;
    }
    shard.catch_up(member, context_.now());
    const auto found = member.written.find(request.key);
    const bool was_preloaded = request.key < spec_.preload && !member.is_empty;
    response.missing = found == member.written.end() && !was_preloaded;
    if (found != member.written.end()) response.version = found->second;
    return response;
}

// --- machines that come and go ---

std::string Redis::name_of(const RedisMember& member) const {
    return fmt::format("{}[{}.{}]", context_.name, member.shard(), member.index());
}

void Redis::went_down(RedisMember& member) {
    RedisShard& shard = shards_[member.shard()];
    if (&shard.master() != &member) return;
    shard.master_died(context_.now());
    down_since_[member.shard()] = context_.now();
    const std::uint32_t majority = spec_.sentinels / 2 + 1;
    if (spec_.sentinels >= std::max(majority, spec_.quorum) && spec_.replicas > 0) {
        crew_.run(fail_over(member.shard()));
    }
}

void Redis::came_up(RedisMember& member) {
    RedisShard& shard = shards_[member.shard()];
    if (&shard.master() == &member) {
        if (!spec_.appendonly) {
            lost_writes_.add(static_cast<double>(member.written.size()));
            context_.world.recorder.incident(name_of(member), "restarted empty",
                                             fmt::format("{} written keys", member.written.size()));
            member.written.clear();
            member.is_empty = true;
        }
        without_master_ +=
            context_.now() - std::exchange(down_since_[member.shard()], sim::kForever);
    }
    shard.resync(member);
}

sim::Task<void> Redis::fail_over(std::uint32_t index) {
    RedisShard& shard = shards_[index];
    const sim::Time died = down_since_[index];
    co_await sim::sleep(context_.scheduler(), spec_.down_after);
    co_await sim::sleep(context_.scheduler(), election_time_.sample_duration(election_draws_));
    if (down_since_[index] != died) co_return;  // it came back
    std::uint64_t lost = 0;
    const RedisMember* promoted = shard.promote(lost);
    if (promoted == nullptr) co_return;
    failovers_.add();
    lost_writes_.add(static_cast<double>(lost));
    without_master_ += context_.now() - std::exchange(down_since_[index], sim::kForever);
    context_.world.recorder.incident(name_of(*promoted), "promoted",
                                     fmt::format("{} acknowledged writes lost", lost));
}

// --- resharding ---

sim::Task<void> Redis::reshard() {
    const Resharding& plan = *spec_.resharding;
    co_await sim::sleep(context_.scheduler(), plan.at);
    const sim::Time began = context_.now();
    if (spec_.placement == KeyPlacement::modulo) {
        move_by_modulo(plan.masters);
        co_return;
    }
    const std::vector<std::uint32_t> slots = slots_to_move();
    const std::uint32_t added = plan.masters - spec_.masters;
    for (std::size_t at = 0; at < slots.size(); ++at) {
        const sim::Time due =
            began + sim::from_seconds(static_cast<double>(at + 1) / plan.slots_per_second);
        const auto to = static_cast<std::uint32_t>(spec_.masters + at * added / slots.size());
        co_await move_slot(slots[at], to);
        co_await sim::sleep_until(context_.scheduler(), due);
    }
    resharding_took_ = context_.now() - began;
    context_.world.recorder.incident(context_.name, "resharded",
                                     fmt::format("{} slots moved", slots.size()));
}

// From each master the first of its slots, so many that all have the same in the end.
std::vector<std::uint32_t> Redis::slots_to_move() const {
    const std::uint32_t keeps = kRedisSlots / spec_.resharding->masters;
    std::vector<std::uint32_t> has(spec_.masters);
    for (const std::uint32_t owner : owner_) ++has[owner];
    std::vector<std::uint32_t> moves;
    for (std::uint32_t slot = 0; slot < kRedisSlots; ++slot) {
        if (has[owner_[slot]] <= keeps) continue;
        --has[owner_[slot]];
        moves.push_back(slot);
    }
    return moves;
}

sim::Task<void> Redis::move_slot(std::uint32_t slot, std::uint32_t to) {
    RedisShard& from = shards_[owner_[slot]];
    RedisShard& target = shards_[to];
    const std::uint64_t keys = preloaded_[slot] + new_keys_[slot].size();
    const sim::Duration work = spec_.resharding->migrate_time * static_cast<std::int64_t>(keys);
    if (work > sim::Duration::zero()) {
        co_await from.master().cpu().work(work);
        co_await target.master().cpu().work(work);
    }
    for (const auto& [key, version] : from.master().written) {
        if (place_of(key).slot == slot) target.master().written[key] = version;
    }
    owner_[slot] = to;
    moved_slots_.add();
    moved_keys_.add(static_cast<double>(keys));
}

// All at once, as when partitions are added to a topic: keys go elsewhere from now on.
void Redis::move_by_modulo(std::uint32_t masters) {
    for (Key key = 0; key < spec_.preload; ++key) {
        const std::string name = key_name(spec_.key_prefix, key);
        const bool moves = kafka_partition(name, masters_) != kafka_partition(name, masters);
        if (moves) moved_keys_.add();
    }
    masters_ = masters;
}

void Redis::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const double measured = sim::seconds(context_.now() - context_.world.recorder.measured_from());
    record.instances = static_cast<double>(members_.size());
    record.cost_usd = spec_.price.usd_per_hour * record.instances * measured / 3600;
    for (const auto& member : members_) {
        record.machines.push_back({name_of(*member), member->requests, std::nullopt});
    }
    std::vector<std::uint64_t> keys(shards_.size());
    std::uint64_t all = 0;
    for (Key key = 0; key < spec_.preload; ++key) ++keys[place_of(key).shard];
    for (std::uint32_t slot = 0; slot < kRedisSlots; ++slot) {
        keys[owner_[slot]] += new_keys_[slot].size();
    }
    for (const std::uint64_t each : keys) all += each;
    const auto used = static_cast<std::ptrdiff_t>(
        spec_.resharding && masters_ == spec_.masters &&
                resharding_took_ == sim::Duration::zero() && spec_.placement == KeyPlacement::slots
            ? spec_.masters
            : keys.size());
    const auto [least, most] = std::minmax_element(keys.begin(), keys.begin() + used);
    const double total = all > 0 ? static_cast<double>(all) : 1;
    for (const sim::Time since : down_since_) {
        if (since != sim::kForever) without_master_ += context_.now() - since;
    }
    std::vector<sim::Measure>& measures = record.measures;
    measures.push_back({"keys", "", static_cast<double>(all)});
    measures.push_back({"least_keys", "1", static_cast<double>(*least) / total});
    measures.push_back({"most_keys", "1", static_cast<double>(*most) / total});
    measures.push_back({"without_master", "s", sim::seconds(without_master_)});
    measures.push_back({"resharding_time", "s", sim::seconds(resharding_took_)});
    const bool any_failed = lowest_failed_ != ~std::uint32_t{0};
    measures.push_back({"lowest_slot_failed", "", any_failed ? double(lowest_failed_) : 0});
    measures.push_back({"highest_slot_failed", "", any_failed ? double(highest_failed_) : 0});
}

}  // namespace models
