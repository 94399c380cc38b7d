#include "models/redis/redis.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>

#include "models/hashes/kafka_partition.h"
#include "models/redis/cluster_node.h"
#include "models/redis/sentinel.h"
#include "models/used.h"

namespace models {

Redis::Redis(const Spec& spec, const Context& context)
    : spec_(spec),
      slots_(spec.key_prefix, context.world.scatter),
      context_(context),
      fencing_(context, spec.fencing_tokens),
      places_(context),
      program_(*this),
      replication_delay_(spec.replication_delay.build()),
      clients_(*this),
      masters_(spec.masters),
      new_keys_(kRedisSlots),
      preloaded_(kRedisSlots),
      down_since_(spec.masters_ever(), sim::kForever),
      lost_writes_(context, "lost_writes"),
      lost_unshipped_(context, "lost_unshipped"),
      lost_apart_(context, "lost_apart"),
      failovers_(context, "failovers"),
      redirects_(context, "redirects"),
      stale_reads_(context, "stale_reads"),
      moved_keys_(context, "moved_keys"),
      moved_slots_(context, "moved_slots"),
      memory_(*this) {
    // The first masters come first: a failure of so many instances strikes those, and they stand
    // in zones of their own where there are so many.
    shards_.resize(spec.masters_ever());
    for (std::uint32_t index = 0; index <= spec.replicas; ++index) {
        for (std::uint32_t shard = 0; shard < spec.masters_ever(); ++shard) {
            const auto number = static_cast<std::uint32_t>(members_.size());
            const std::string name = fmt::format("{}[{}.{}]", context.name, shard, index);
            members_.push_back(
                std::make_unique<RedisMember>(*this, RedisMember::At{number, shard, index, name}));
            program_.add(*members_.back());
            shards_[shard].push_back(members_.back().get());
            instances_.push_back(members_.back().get());
        }
    }
    for (const auto& members : shards_) newest_.push_back(members.front());
    for (const auto& each : members_) each->replication().connect();
    for (const auto& each : members_) {
        if (each->index() > 0) each->replication().begin_as_replica(*newest_[each->shard()]);
    }
    hand_out_slots();
    if (sim::Observer* const observer = context.world.recorder.observer()) {
        std::vector<std::string> names;
        for (const auto& each : members_) names.push_back(each->name());
        observer->has_instances(context.meter.id(), std::move(names));
    }
    context.meter.resource("command thread", [this](sim::Time, sim::Uses& uses) {
        for (const auto& each : members_) uses.push_back(each->cpu().use());
    });
    context.meter.resource("memory", [this](sim::Time, sim::Uses& uses) { memory_.use(uses); });
    clients_.know_all();
    for (const auto& each : members_) {
        if (spec.is_cluster()) each->join_cluster();
    }
    for (std::uint32_t i = 0; !spec.is_cluster() && i < spec.sentinels; ++i) {
        const std::string name = fmt::format("{} sentinel {}", context.name, i);
        sentinels_.push_back(std::make_unique<Sentinel>(*this, i, name));
    }
}

Redis::~Redis() = default;

void Redis::dismiss() {
    crew_.dismiss();
    memory_.dismiss();
    clients_.dismiss();
    for (const auto& each : members_) each->dismiss();
    for (const auto& each : sentinels_) each->stop();
}

// 0-5460, 5461-10922 and 10923-16383 for three.
void Redis::hand_out_slots() {
    owner_.resize(kRedisSlots);
    slots_of_.resize(spec_.masters_ever());
    const double each = static_cast<double>(kRedisSlots) / spec_.masters;
    for (std::uint32_t slot = 0; slot < kRedisSlots; ++slot) owner_[slot] = spec_.masters - 1;
    std::uint32_t first = 0;
    for (std::uint32_t shard = 0; shard < spec_.masters; ++shard) {
        const auto end = static_cast<std::uint32_t>(each * (shard + 1) + 0.5);
        for (; first < end && first < kRedisSlots; ++first) owner_[first] = shard;
    }
    for (const std::uint32_t owner : owner_) ++slots_of_[owner];
    known_ = owner_;
}

void Redis::start() {
    count_preloaded();
    if (spec_.counts_keys()) count_keys();
    if (context_.world.can_fail) begin_watching();
    if (spec_.resharding) crew_.run(reshard());
}

Mailbox<RedisMessage>& Redis::inbox_of_sentinel(std::uint32_t number) {
    return sentinels_[number]->inbox();
}

void Redis::count_keys() {
    std::vector<std::uint64_t> keys(shards_.size());
    for (Key key = 0; key < spec_.preload; ++key) ++keys[shard_of(key, slots_.slot_of(key))];
    for (const auto& each : members_) each->replication().begin_with(keys[each->shard()]);
    memory_.start();
}

void Redis::count_preloaded() {
    for (Key key = 0; key < spec_.preload; ++key) ++preloaded_[slots_.slot_of(key)];
}

// As "user:42".
std::string Redis::key_name(Key key) const {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), key).ptr;
    return std::string(spec_.key_prefix).append(digits.begin(), end);
}

Redis::KeyLocation Redis::place_of(Key key) const {
    const std::uint32_t slot = slots_.slot_of(key);
    if (spec_.placement == KeyPlacement::slots) return {slot, known_[slot]};
    return {slot, kafka_partition(key_name(key), masters_)};
}

std::uint32_t Redis::shard_of(Key key, std::uint32_t slot) const {
    if (spec_.placement == KeyPlacement::slots) return owner_[slot];
    return kafka_partition(key_name(key), masters_);
}

// A replica that is up, or the one that the caller takes for the master.
RedisMember& Redis::member_for(std::uint32_t shard, const Request& request) const {
    RedisMember& master = clients_.master_of(shard, request);
    if (request.is_write || spec_.read_from == ReadFrom::master) return master;
    const std::vector<RedisMember*>& members = shards_[shard];
    for (std::size_t step = 0; step < members.size(); ++step) {
        RedisMember* const each = members[(request.identity + step) % members.size()];
        if (each != &master && each->is_up()) return *each;
    }
    return master;
}

Redis::Said Redis::answer(RedisMember& member, const Request& request, std::uint32_t slot) {
    const bool is_down = member.cluster() != nullptr && member.cluster()->refuses();
    if (is_down) return {{Outcome::failed, cause::unavailable}, nullptr};
    const std::uint32_t shard = shard_of(request.key, slot);
    if (shard != member.shard()) {
        known_ = owner_;  // the caller asks for the whole table
        return {{}, &clients_.master_of(shard, request)};
    }
    const bool may_read = spec_.read_from == ReadFrom::replica || member.cluster() == nullptr;
    if (member.leads() || (!request.is_write && may_read)) {
        return {request.is_write ? write(member, request, slot) : read(member, request), nullptr};
    }
    if (member.cluster() == nullptr) return {{Outcome::failed, cause::read_only}, nullptr};
    const ClusterNode::Known& known = member.cluster()->master_of(shard);
    clients_.learn(request, shard, known.member, known.since);
    return {{}, &this->member(known.member)};
}

Response Redis::write(RedisMember& member, const Request& request, std::uint32_t slot) {
    if (!fencing_.admits(member.data().tokens, request)) {
        return {Outcome::failed, cause::stale_token};
    }
    if (memory_.refuses_writes(member)) return {Outcome::failed, cause::out_of_memory};
    Response response;
    const bool is_new = !member.data().written.contains(request.key);
    const bool was_preloaded = request.key < spec_.preload && !member.data().is_empty;
    response.version = ledger_.commit(request.key);
    member.replication().write(
        {request.key, response.version, request.bytes, fencing_.token_of(request)});
    if (is_new && !was_preloaded) ++new_keys_[slot];
    memory_.grew(member);
    return response;
}

Response Redis::read(const RedisMember& member, const Request& request) const {
    Response response;
    const RedisData& data = member.data();
    const std::uint64_t* const found = data.written.find(request.key);
    const bool was_preloaded = request.key < spec_.preload && !data.is_empty;
    response.missing = found == nullptr && !was_preloaded;
    if (found != nullptr) response.version = *found;
    return response;
}

Response Redis::refuse(std::uint32_t slot, const Response& response) {
    lowest_failed_ = std::min(lowest_failed_, slot);
    highest_failed_ = std::max(highest_failed_, slot);
    return response;
}

// --- the report ---

void Redis::finish() {
    sim::NodeRecord& record = context_.meter.record();
    record.instances = static_cast<double>(members_.size());
    use_instances(context_, spec_.price, record.instances);
    for (const auto& member : members_) {
        record.machines.push_back({member->name(), member->requests, std::nullopt});
        lose_apart(*member);
    }
    for (std::uint32_t shard = 0; shard < shards(); ++shard) end_absence(shard);
    report_keys(record.measures);
    fencing_.finish(record);
    record.measures.push_back({"used_memory", "B", memory_.used()});
    record.measures.push_back({"without_master", "s", sim::seconds(without_master_)});
    record.measures.push_back({"resharding_time", "s", sim::seconds(resharding_took_)});
    const bool any_failed = lowest_failed_ != ~std::uint32_t{0};
    record.measures.push_back({"lowest_slot_failed", "", any_failed ? double(lowest_failed_) : 0});
    record.measures.push_back(
        {"highest_slot_failed", "", any_failed ? double(highest_failed_) : 0});
}

void Redis::report_keys(std::vector<sim::Measure>& measures) const {
    std::vector<std::uint64_t> keys(shards_.size());
    std::uint64_t all = 0;
    for (Key key = 0; key < spec_.preload; ++key) ++keys[shard_of(key, slots_.slot_of(key))];
    for (std::uint32_t slot = 0; slot < kRedisSlots; ++slot) keys[owner_[slot]] += new_keys_[slot];
    for (const std::uint64_t each : keys) all += each;
    const auto used = static_cast<std::ptrdiff_t>(
        spec_.resharding && masters_ == spec_.masters &&
                resharding_took_ == sim::Duration::zero() && spec_.placement == KeyPlacement::slots
            ? spec_.masters
            : keys.size());
    const auto [least, most] = std::minmax_element(keys.begin(), keys.begin() + used);
    const double total = all > 0 ? static_cast<double>(all) : 1;
    measures.push_back({"keys", "", static_cast<double>(all)});
    measures.push_back({"least_keys", "1", static_cast<double>(*least) / total});
    measures.push_back({"most_keys", "1", static_cast<double>(*most) / total});
}

}  // namespace models
