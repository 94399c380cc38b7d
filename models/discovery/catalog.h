// Of one service: its instances, which of them a registry lists, and what its clients know.
//
// What is listed and what is so are two things: an instance enters when its process serves and
// leaves when that is told to end, but nobody hears of a crash. How the registry finds out, and
// when clients are told, is the registry's own (eureka.h, consul.h, zookeeper.h).
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "models/node.h"
#include "models/place_id.h"
#include "models/registry.h"
#include "sim/time.h"

namespace models {

class Catalog final : Membership {
public:
    class Listener {
    public:
        virtual void entered(Catalog& catalog, std::size_t entry) = 0;
        virtual void left(Catalog& catalog, std::size_t entry) = 0;

    protected:
        ~Listener() = default;
    };
    struct Entry {
        Instance* instance;
        bool serves;  // its process says so
        bool is_listed;
        bool is_watched = false;  // somebody looks at it, or it says that it is there
        sim::Time heard{};        // of it, last
    };

    // Of the service that is subscribed to.
    Catalog(const Subscription& subscription, Listener& listener, Links* network);
    Catalog(const Catalog&) = delete;
    Catalog& operator=(const Catalog&) = delete;

    bool is_of(const Node& service) const { return &service_ == &service; }
    void subscribe(const Subscription& subscription) {
        clients_.push_back(
            {&subscription.client, subscription.place,
             subscription.knows_nobody ? std::vector<bool>(entries_.size()) : knows_now()});
    }

    std::size_t size() const { return entries_.size(); }
    Entry& entry(std::size_t number) { return entries_[number]; }
    // Its process serves, and is up.
    bool is_alive(std::size_t number) const {
        return entries_[number].serves && entries_[number].instance->is_up();
    }
    // And it does not stand still (a hang, a pause): what it says by itself is said.
    bool is_awake(std::size_t number) const;
    // Nowhere where nothing is said of it.
    PlaceId place_of(std::size_t number) const;
    std::size_t listed() const;

    std::size_t clients() const { return clients_.size(); }
    PlaceId place_of_client(std::size_t client) const { return clients_[client].place; }
    // That client is told what has changed since it was last; of a list that somebody else has.
    void tell(std::size_t client) { tell(client, knows_now()); }
    bool tell(std::size_t client, const std::vector<bool>& listed);

private:
    struct Client {
        Membership* told;
        PlaceId place;
        std::vector<bool> knows;  // by entry
    };
    void joined(Instance& instance) override;
    void leaving(Instance& instance) override;
    std::size_t find(const Instance& instance) const;
    std::vector<bool> knows_now() const;

    Node& service_;
    PlaceId place_;  // of those of its instances that do not say it
    Listener& listener_;
    std::vector<Entry> entries_;
    std::vector<Client> clients_;
};

// That of the service that is subscribed to; a new one, behind the others, if it has none yet.
Catalog& catalog_of(std::deque<Catalog>& catalogs, const Subscription& subscription,
                    Catalog::Listener& listener, Links* network);

}  // namespace models
