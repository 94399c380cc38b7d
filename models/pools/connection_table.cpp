#include "models/pools/connection_table.h"

#include <algorithm>
#include <vector>

namespace models {

Request ConnectionTable::visible(const Request& request) {
    Request visible;
    visible.identity = request.identity;
    visible.address = request.address;
    visible.bytes = request.bytes;
    visible.user = request.user;  // stands for the port of its connection
    return visible;
}

bool ConnectionTable::is_open(const Connection& connection) const {
    const BackendId id = connection.taken.id;
    return context_.now() - connection.last_used <= idle_timeout_ && targets_.stays(id) &&
           targets_.instance(id).times_down() == connection.times_down;
}

std::optional<BackendId> ConnectionTable::target_of(const Request& request) {
    const auto sender = sender_of(request);
    if (!sender) return std::nullopt;
    const auto found = connections_.find(*sender);
    if (found == connections_.end()) return std::nullopt;
    if (!is_open(found->second)) {
        close(found);
        return std::nullopt;
    }
    found->second.last_used = context_.now();
    return found->second.taken.id;
}

void ConnectionTable::open(const Request& request, BackendId id) {
    ++opened_;
    const auto sender = sender_of(request);
    if (!sender) return;
    if (connections_.size() >= close_at_) close_idle();
    if (const auto old = connections_.find(*sender); old != connections_.end()) close(old);
    connections_[*sender] = {targets_.backends().take_at(id), targets_.instance(id).times_down(),
                             context_.now()};
}

void ConnectionTable::close(Connections::const_iterator connection) {
    const Response closed;
    targets_.backends().give_back(connection->second.taken, &closed);
    connections_.erase(connection);
}

// Closing tells the policy, in an order of its own: by sender, not as a hash table has them.
template <class Predicate>
void ConnectionTable::close_if(Predicate closes) {
    std::vector<std::uint64_t> closed;
    for (const auto& [sender, connection] : connections_) {
        if (closes(connection)) closed.push_back(sender);
    }
    std::ranges::sort(closed);
    for (const std::uint64_t sender : closed) close(connections_.find(sender));
}

void ConnectionTable::close_idle() {
    close_if([&](const Connection& connection) { return !is_open(connection); });
    close_at_ = std::max<std::size_t>(1024, connections_.size() * 2);
}

void ConnectionTable::close_all() {
    close_if([](const Connection&) { return true; });
}

}  // namespace models
