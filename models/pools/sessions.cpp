#include "models/pools/sessions.h"

namespace models {

void Sessions::connect() {
    if (!spec_.store) return;
    store_.emplace(context_, Edge::Plan{*spec_.store, spec_.store_latency.build(), {}});
}

bool Sessions::ended(const Session& session) const {
    return context_.now() - session.last_used > spec_.timeout;
}

std::optional<BackendId> Sessions::target_of(const Request& request) const {
    if (!spec_.sticky) return std::nullopt;
    const auto sender = sender_of(request);
    if (!sender) return std::nullopt;
    const auto found = sessions_.find(*sender);
    if (found == sessions_.end() || ended(found->second)) return std::nullopt;
    return found->second.target;
}

// A session without a store is lost when its user comes to another target, or to the same one after
// that was down.
void Sessions::placed(const Request& request, BackendId id, const Instance& instance) {
    const auto sender = sender_of(request);
    if (!sender) return;
    if (sessions_.size() >= forget_at_) forget_old();
    const auto [found, is_new] = sessions_.try_emplace(*sender);
    Session& session = found->second;
    const bool begins = is_new || ended(session);
    const bool moved = session.target != id || session.times_down != instance.times_down();
    if (begins) ++begun_;
    if (!begins && moved && !has_store()) ++lost_;
    session = {id, instance.times_down(), context_.now()};
}

void Sessions::forget_old() {
    std::erase_if(sessions_, [&](const auto& each) { return ended(each.second); });
    forget_at_ = std::max<std::size_t>(1024, sessions_.size() * 2);
}

// Users who have not come back yet have lost theirs, too.
void Sessions::report(sim::NodeRecord& record, const Targets& targets) {
    std::uint64_t lost = lost_;
    for (const auto& [sender, session] : sessions_) {
        const bool died = session.times_down != targets.instance(session.target).times_down();
        lost += died && !ended(session) && !has_store();
    }
    record.measures.push_back({"sessions", "", static_cast<double>(begun_)});
    record.measures.push_back({"sessions_lost", "", static_cast<double>(lost)});
}

}  // namespace models
