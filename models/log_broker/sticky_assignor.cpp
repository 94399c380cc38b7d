#include "models/log_broker/sticky_assignor.h"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <utility>

#include "models/hashes/java_string.h"

namespace models {

namespace {

constexpr std::size_t kNobody = SIZE_MAX;

using Member = std::size_t;  // the number of its claim

// What is asked, and who had what.
struct Situation {
    const std::vector<GroupTopic>& topics;
    const std::vector<Claim>& claims;
    std::vector<std::size_t> topic_of;         // by partition
    std::vector<std::vector<Member>> readers;  // by topic
    Shares owned;                              // what of the members' claims holds
    std::set<std::uint32_t> disputed;          // claimed by several of one generation
    std::vector<Member> before;                // by partition: who had it in an older generation

    Situation(const std::vector<GroupTopic>& all_topics, const std::vector<Claim>& all_claims);
    bool is_alike() const;
    bool reads(Member member, std::uint32_t partition) const {
        const std::vector<Member>& all = readers[topic_of[partition]];
        return std::find(all.begin(), all.end(), member) != all.end();
    }
};

Situation::Situation(const std::vector<GroupTopic>& all_topics,
                     const std::vector<Claim>& all_claims)
    : topics(all_topics), claims(all_claims), readers(all_topics.size()) {
    for (std::size_t topic = 0; topic < topics.size(); ++topic) {
        topic_of.insert(topic_of.end(), topics[topic].partitions, topic);
    }
    for (Member each = 0; each < claims.size(); ++each) {
        for (const std::size_t topic : claims[each].topics) readers[topic].push_back(each);
    }
    owned.resize(claims.size());
    before.assign(topic_of.size(), kNobody);
    std::vector<Member> owner(topic_of.size(), kNobody);
    for (Member each = 0; each < claims.size(); ++each) {
        for (const std::uint32_t partition : claims[each].owned) {
            if (partition >= owner.size()) continue;
            Member& known = owner[partition];
            if (known == kNobody || claims[each].generation > claims[known].generation) {
                before[partition] = std::exchange(known, each);
                disputed.erase(partition);
            } else if (claims[each].generation == claims[known].generation) {
                disputed.insert(partition);
            }
        }
    }
    for (Member each = 0; each < claims.size(); ++each) {
        for (const std::uint32_t partition : claims[each].owned) {
            const bool holds = partition < owner.size() && owner[partition] == each &&
                               !disputed.contains(partition);
            if (holds) owned[each].push_back(partition);
        }
    }
}

bool Situation::is_alike() const {
    return std::all_of(claims.begin(), claims.end(),
                       [this](const Claim& each) { return each.topics == claims.front().topics; });
}

// The order in which a java.util.HashMap of so many has them.
std::vector<Member> hashed_order(const std::vector<Claim>& claims) {
    std::uint32_t buckets = 16;
    while (claims.size() > buckets / 4 * 3) buckets *= 2;
    const auto bucket = [&](Member each) {
        const auto hash = static_cast<std::uint32_t>(java_hash(claims[each].member));
        return (hash ^ hash >> 16) & (buckets - 1);
    };
    std::vector<Member> order(claims.size());
    for (Member each = 0; each < order.size(); ++each) order[each] = each;
    std::stable_sort(order.begin(), order.end(),
                     [&](Member one, Member other) { return bucket(one) < bucket(other); });
    return order;
}

// --- where all members read the same topics ---

class Constrained {
public:
    explicit Constrained(const Situation& asked) : asked_(asked) {
        for (const std::size_t topic : asked.claims.front().topics) {
            for (std::uint32_t each = 0; each < asked.topic_of.size(); ++each) {
                if (asked.topic_of[each] == topic) all_.push_back(each);
            }
        }
        least_ = all_.size() / asked.claims.size();
        with_more_ = all_.size() % asked.claims.size();
        most_ = least_ + (with_more_ > 0 ? 1 : 0);
        shares_.resize(asked.claims.size());
    }

    Shares share() {
        for (const Member each : hashed_order(asked_.claims)) keep_owned(each);
        std::sort(below_.begin(), below_.end());
        std::sort(at_least_.begin(), at_least_.end());
        give_rest();
        return std::move(shares_);
    }

private:
    // As many of its own as it may have.
    void keep_owned(Member member) {
        std::vector<std::uint32_t> owned;
        for (const std::uint32_t each : asked_.owned[member]) {
            if (asked_.reads(member, each)) owned.push_back(each);
        }
        std::size_t kept = owned.size();
        if (owned.size() < least_) {
            below_.push_back(member);
        } else if (owned.size() >= most_ && have_more_ < with_more_) {
            kept = most_;
            if (++have_more_ == with_more_) at_least_.clear();
        } else {
            kept = least_;
            if (have_more_ < with_more_) at_least_.push_back(member);
        }
        for (std::size_t each = 0; each < kept; ++each) {
            shares_[member].push_back(owned[each]);
            taken_.insert(owned[each]);
        }
    }
    // In turn to those who have too few, then one more to some.
    void give_rest() {
        std::size_t turn = 0;
        for (const std::uint32_t partition : all_) {
            if (taken_.contains(partition)) continue;
            Member member = kNobody;
            const bool goes_to_below = !below_.empty();
            if (goes_to_below) {
                if (turn >= below_.size()) turn = 0;
                member = below_[turn++];
            } else {
                assert(!at_least_.empty());
                member = at_least_.front();
                at_least_.pop_front();
            }
            shares_[member].push_back(partition);
            if (shares_[member].size() == least_) {
                below_.erase(below_.begin() + static_cast<std::ptrdiff_t>(--turn));
                at_least_.push_back(member);
            } else if (shares_[member].size() == most_) {
                if (goes_to_below)
                    below_.erase(below_.begin() + static_cast<std::ptrdiff_t>(--turn));
                if (++have_more_ == with_more_) at_least_.clear();
            }
        }
    }

    const Situation& asked_;
    std::vector<std::uint32_t> all_;
    std::size_t least_ = 0;
    std::size_t most_ = 0;
    std::size_t with_more_ = 0;  // members that get one more than the others
    std::size_t have_more_ = 0;
    std::vector<Member> below_;
    std::deque<Member> at_least_;
    std::set<std::uint32_t> taken_;
    Shares shares_;
};

// --- where they do not ---

// Which partitions of a topic have moved from whom to whom, so that no two members swap.
class Moves {
public:
    explicit Moves(const Situation& asked) : asked_(asked) {}

    // Instead of this one, one that came the other way goes back.
    std::uint32_t instead_of(std::uint32_t partition, Member from, Member to) const {
        const auto moved = moved_.find(partition);
        const Member origin = moved == moved_.end() ? from : moved->second.first;
        for (const auto& [other, way] : moved_) {
            const bool is_same_topic = asked_.topic_of[other] == asked_.topic_of[partition];
            if (is_same_topic && way == std::pair(to, origin)) return other;
        }
        return partition;
    }
    void note(std::uint32_t partition, Member from, Member to) {
        const auto moved = moved_.find(partition);
        if (moved == moved_.end()) {
            moved_.emplace(partition, std::pair(from, to));
        } else if (moved->second.first == to) {
            moved_.erase(moved);
        } else {
            moved->second.second = to;
        }
    }

private:
    const Situation& asked_;
    std::map<std::uint32_t, std::pair<Member, Member>> moved_;
};

class General {
public:
    explicit General(const Situation& asked) : asked_(asked), moves_(asked) {
        const std::size_t members = asked.claims.size();
        shares_.resize(members);
        owner_.assign(asked.topic_of.size(), kNobody);
        most_.assign(members, 0);
        for (Member each = 0; each < members; ++each) {
            for (const std::size_t topic : asked.claims[each].topics) {
                most_[each] += asked.topics[topic].partitions;
            }
        }
    }

    Shares share() {
        std::vector<std::uint32_t> all = in_order();
        keep_owned();
        std::vector<std::uint32_t> rest;
        for (const std::uint32_t each : all) {
            if (owner_[each] == kNobody) rest.push_back(each);
        }
        const bool is_first = size_of(fullest()) == 0;
        for (const std::uint32_t each : rest) {
            if (!asked_.readers[asked_.topic_of[each]].empty()) give(each, emptiest_for(each));
        }
        const auto is_fixed = [this](std::uint32_t each) {
            return asked_.readers[asked_.topic_of[each]].size() < 2;
        };
        std::erase_if(all, is_fixed);
        std::erase_if(rest, is_fixed);
        fix_members();
        const Shares before = shares_;
        if (!loses_) (void)move(rest);
        const bool has_moved = move(all);
        if (!is_first && has_moved && unevenness(shares_) >= unevenness(before)) return before;
        return shares_;
    }

private:
    std::size_t size_of(Member member) const { return shares_[member].size(); }

    // Topics that few can read first.
    std::vector<std::uint32_t> in_order() const {
        std::vector<std::uint32_t> all(asked_.topic_of.size());
        for (std::uint32_t each = 0; each < all.size(); ++each) all[each] = each;
        std::stable_sort(all.begin(), all.end(), [this](std::uint32_t one, std::uint32_t other) {
            return asked_.readers[asked_.topic_of[one]].size() <
                   asked_.readers[asked_.topic_of[other]].size();
        });
        return all;
    }
    void keep_owned() {
        for (Member each = 0; each < asked_.claims.size(); ++each) {
            for (const std::uint32_t partition : asked_.owned[each]) {
                if (asked_.reads(each, partition)) {
                    give(partition, each);
                } else {
                    loses_ = true;
                }
            }
        }
    }
    void give(std::uint32_t partition, Member to) {
        shares_[to].push_back(partition);
        owner_[partition] = to;
    }
    Member emptiest_for(std::uint32_t partition) const {
        Member best = kNobody;
        for (const Member each : asked_.readers[asked_.topic_of[partition]]) {
            if (is_fixed(each)) continue;
            if (best == kNobody || size_of(each) < size_of(best)) best = each;
        }
        assert(best != kNobody);
        return best;
    }
    Member fullest() const {
        Member best = 0;
        for (Member each = 1; each < shares_.size(); ++each) {
            if (size_of(each) >= size_of(best)) best = each;
        }
        return best;
    }
    bool is_fixed(Member member) const { return fixed_.contains(member); }
    // Members that have all they can read, and of each of these are the only reader.
    void fix_members() {
        std::set<Member> fixed;
        for (Member each = 0; each < shares_.size(); ++each) {
            const bool has_shared =
                std::any_of(shares_[each].begin(), shares_[each].end(), [&](std::uint32_t one) {
                    return asked_.readers[asked_.topic_of[one]].size() >= 2;
                });
            if (size_of(each) >= most_[each] && !has_shared) fixed.insert(each);
        }
        fixed_ = std::move(fixed);
    }

    bool is_balanced() const {
        std::size_t least = SIZE_MAX;
        std::size_t most = 0;
        for (Member each = 0; each < shares_.size(); ++each) {
            if (is_fixed(each)) continue;
            least = std::min(least, size_of(each));
            most = std::max(most, size_of(each));
        }
        if (least == SIZE_MAX || least + 1 >= most) return true;
        for (std::uint32_t partition = 0; partition < owner_.size(); ++partition) {
            const Member owner = owner_[partition];
            if (owner == kNobody || is_fixed(owner)) continue;
            for (const Member each : asked_.readers[asked_.topic_of[partition]]) {
                if (!is_fixed(each) && size_of(each) < size_of(owner)) return false;
            }
        }
        return true;
    }
    // Until none can be moved to somebody who has two fewer. True when any was.
    bool move(const std::vector<std::uint32_t>& partitions) {
        bool has_moved = false;
        bool goes_on = true;
        while (std::exchange(goes_on, false)) {
            for (const std::uint32_t each : partitions) {
                if (is_balanced()) break;
                const Member to = better_for(each);
                if (to == kNobody) continue;
                move_one(each, to);
                has_moved = goes_on = true;
            }
        }
        return has_moved;
    }
    // Who had it before, if that is no worse; else the emptiest.
    Member better_for(std::uint32_t partition) const {
        const std::size_t now = size_of(owner_[partition]);
        const Member before = asked_.before[partition];
        if (before != kNobody && now > size_of(before) + 1) return before;
        for (const Member each : asked_.readers[asked_.topic_of[partition]]) {
            if (now > size_of(each) + 1) return emptiest_for(partition);
        }
        return kNobody;
    }
    void move_one(std::uint32_t wanted, Member to) {
        const std::uint32_t partition = moves_.instead_of(wanted, owner_[wanted], to);
        const Member from = owner_[partition];
        moves_.note(partition, from, to);
        std::erase(shares_[from], partition);
        give(partition, to);
    }
    std::size_t unevenness(const Shares& shares) const {
        std::size_t sum = 0;
        for (Member one = 0; one < shares.size(); ++one) {
            for (Member other = 0; other < one; ++other) {
                if (is_fixed(one) || is_fixed(other)) continue;
                const std::size_t more = std::max(shares[one].size(), shares[other].size());
                sum += more - std::min(shares[one].size(), shares[other].size());
            }
        }
        return sum;
    }

    const Situation& asked_;
    Moves moves_;
    Shares shares_;
    std::vector<Member> owner_;  // by partition
    std::vector<std::size_t> most_;
    std::set<Member> fixed_;
    bool loses_ = false;  // somebody had what it does not subscribe to any more
};

}  // namespace

Shares sticky(const std::vector<GroupTopic>& topics, const std::vector<Claim>& claims,
              bool withholds) {
    const Situation asked(topics, claims);
    Shares shares = asked.is_alike() ? Constrained(asked).share() : General(asked).share();
    if (withholds) {
        std::vector<Member> owner(asked.topic_of.size(), kNobody);
        for (Member each = 0; each < claims.size(); ++each) {
            for (const std::uint32_t partition : claims[each].owned) {
                if (partition < owner.size()) owner[partition] = each;
            }
        }
        for (Member each = 0; each < claims.size(); ++each) {
            std::erase_if(shares[each], [&](std::uint32_t partition) {
                return owner[partition] != kNobody && owner[partition] != each;
            });
        }
    }
    for (auto& each : shares) std::sort(each.begin(), each.end());
    return shares;
}

}  // namespace models
