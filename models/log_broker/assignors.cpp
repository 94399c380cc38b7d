#include "models/log_broker/assignors.h"

#include <algorithm>
#include <cassert>

#include "models/log_broker/sticky_assignor.h"

namespace models {

namespace {

bool subscribes(const Claim& claim, std::size_t topic) {
    return std::find(claim.topics.begin(), claim.topics.end(), topic) != claim.topics.end();
}

Shares range(const std::vector<GroupTopic>& topics, const std::vector<Claim>& claims) {
    Shares shares(claims.size());
    std::uint32_t first = 0;
    for (std::size_t topic = 0; topic < topics.size(); ++topic) {
        std::vector<std::size_t> members;
        for (std::size_t each = 0; each < claims.size(); ++each) {
            if (subscribes(claims[each], topic)) members.push_back(each);
        }
        std::uint32_t next = first;
        for (std::size_t each = 0; each < members.size(); ++each) {
            const std::size_t rest = topics[topic].partitions % members.size();
            const std::size_t count =
                topics[topic].partitions / members.size() + (each < rest ? 1 : 0);
            for (std::size_t one = 0; one < count; ++one) shares[members[each]].push_back(next++);
        }
        first += topics[topic].partitions;
    }
    return shares;
}

Shares round_robin(const std::vector<GroupTopic>& topics, const std::vector<Claim>& claims) {
    Shares shares(claims.size());
    std::uint32_t partition = 0;
    std::size_t turn = 0;
    for (std::size_t topic = 0; topic < topics.size(); ++topic) {
        const bool has_reader = std::any_of(claims.begin(), claims.end(), [&](const Claim& each) {
            return subscribes(each, topic);
        });
        for (std::uint32_t each = 0; each < topics[topic].partitions; ++each, ++partition) {
            if (!has_reader) continue;
            while (!subscribes(claims[turn % claims.size()], topic)) ++turn;
            shares[turn++ % claims.size()].push_back(partition);
        }
    }
    return shares;
}

}  // namespace

Shares assign(Assignor assignor, const std::vector<GroupTopic>& topics,
              const std::vector<Claim>& claims) {
    if (claims.empty()) return {};
    switch (assignor) {
        case Assignor::range:
            return range(topics, claims);
        case Assignor::roundrobin:
            return round_robin(topics, claims);
        default:
            return sticky(topics, claims, is_cooperative(assignor));
    }
}

}  // namespace models
