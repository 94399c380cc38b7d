// One of the servers that have copies of messages. While it is away its copies cannot be received
// or deleted, and stay where they are.
#pragma once

#include <cstdint>

#include "models/abilities.h"
#include "models/causes.h"
#include "models/instance_state.h"
#include "models/node.h"

namespace models::sqs {

class Sqs;

class QueueServer final : public Instance, public Crashable {
public:
    QueueServer(Sqs& service, std::uint32_t number) : service_(service), number_(number) {}

    // Nobody calls it: the service's front end does.
    Reply call(Request request) override;
    bool is_up() const override { return up_.is_up(); }
    std::uint32_t times_down() const override { return up_.times_down(); }
    void take_down() override;
    void bring_up() override;

private:
    Sqs& service_;
    std::uint32_t number_;
    UpState up_;
};

}  // namespace models::sqs
