// The blocks of an endpoint's steps.
//
// A body is a list of blocks. One that has bodies within it (a choice, a loop) links them when it
// has been linked itself: only then is it known where the way goes on.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/blocks/block.h"
#include "models/context.h"
#include "models/steps/step_list.h"

namespace models {

class Server;

// Which part of a visit a step belongs to: the visit itself, a branch in a frame of its own, or
// what was left to the background.
enum class StepPart : std::uint8_t { visit, branch, background };

// Where a step is.
struct StepSite {
    Server& server;
    StepPart part;
};

class StepBlock : public Block {
public:
    // Links what is within it.
    virtual void link_inner() {}

    // Seconds of core time that a request will want here: what comes of calls and failures is not
    // known.
    virtual double core_seconds_of(const Request&) const { return 0; }
};

class StepBody {
public:
    void add(std::unique_ptr<StepBlock> block) { blocks_.push_back(std::move(block)); }
    void link(Block* outer, Go after);

    // Where it begins: what comes after it, when it is empty.
    Go begin() const { return begin_; }
    double core_seconds_of(const Request& request) const;

private:
    std::vector<std::unique_ptr<StepBlock>> blocks_;
    Go begin_;
};

// Around a list that has an `again` in it.
std::unique_ptr<StepBlock> loop_around(StepSite site, StepBody list);

// Puts the steps of one endpoint into bodies.
class StepCompiler {
public:
    StepCompiler(Server& server, const std::string& endpoint);

    // All of the endpoint.
    StepBody compile(const Steps& steps);

    // For steps: a list that goes on where the step does; one in a frame of its own, which is a
    // part of the visit; one that nobody waits for.
    StepBody list(const Steps& steps);
    StepBody branch(const Steps& steps);
    StepBody background(const Steps& steps);

    template <class Member, class... Arguments>
    void add(Arguments&&... arguments) {
        body_->add(std::make_unique<Member>(site(), std::forward<Arguments>(arguments)...));
    }
    // One that waits for something else than cores: threads of an event loop are for work only.
    template <class Member, class... Arguments>
    void add_waiting(Arguments&&... arguments) {
        put_waiting(std::make_unique<Member>(site(), std::forward<Arguments>(arguments)...));
    }

    // A list within a transaction of a node: what is called there joins it, except in the
    // background.
    StepBody within(const std::string& node, Service& statements, const Steps& steps);
    // What calls of that node enter here; null: what everybody's do.
    Service* statements_of(const std::string& node) const;
    // Whatever `add` adds to it.
    StepBody body(const std::function<void()>& add);

    // The number of a step among those of its kind in the endpoint; its name's, if it has one.
    std::uint32_t number(std::string_view kind, const std::string& name);
    // The stream of its draws.
    std::uint64_t stream(std::string_view kind, const std::string& name);

    Server& server() const { return server_; }
    const std::string& endpoint() const { return endpoint_; }
    const Context& context() const;

private:
    StepSite site() const { return {server_, part_}; }
    void put_waiting(std::unique_ptr<StepBlock> block);
    StepBody part(const Steps& steps, StepPart part);

    Server& server_;
    std::string endpoint_;
    StepPart part_ = StepPart::visit;
    StepBody* body_ = nullptr;
    std::vector<std::pair<std::string, Service*>> within_;    // transactions of nodes
    std::map<std::string, std::uint32_t, std::less<>> made_;  // of each kind
};

}  // namespace models
