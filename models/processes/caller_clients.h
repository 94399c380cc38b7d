// A client in each instance of a server that calls, made with its first call: what publishes to a
// broker from there.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "models/context.h"
#include "models/node.h"
#include "models/place_id.h"
#include "models/request.h"

namespace models {

// Where one is, and what it is called: "publisher 3 of shop[2]".
struct CallerClient {
    Instance* process;  // null: it never dies
    std::uint32_t instance;
    PlaceId place;
    std::string name;
};

template <class Client>
class CallerClients {
public:
    // The server by its name; `title` is what a client is called: "publisher 3".
    CallerClients(std::string caller, std::string title)
        : caller_(std::move(caller)), title_(std::move(title)) {}

    // Of the instance that this request comes from; `make` makes it of a CallerClient.
    template <class Make>
    Client& of(const Request& request, const Context& context, Make make) {
        auto& client = clients_[request.caller];
        if (client == nullptr) {
            const auto instances = context.world.directory.node(caller_).instances();
            const bool is_there = request.caller < instances.size();
            client = make(CallerClient{
                is_there ? instances[request.caller] : nullptr, request.caller, request.place,
                fmt::format("{} of {}[{}]", title_, caller_, request.caller)});
        }
        return *client;
    }
    template <class Action>
    void for_each(Action action) {
        for (const auto& [instance, each] : clients_) action(*each);
    }

private:
    std::string caller_;
    std::string title_;
    std::map<std::uint32_t, std::unique_ptr<Client>> clients_;  // by instance
};

}  // namespace models
