#include "models/servers/program.h"

#include <algorithm>
#include <variant>

namespace models {

namespace {

class Compiler {
public:
    explicit Compiler(const Context& context) : context_(context) {}

    void block(const Steps& steps) {
        for (const Step& step : steps) {
            std::visit([this](const auto& each) { add(each); }, step.is);
        }
    }

    void end() { emit(Operation::Kind::end); }
    Program take() { return std::move(program_); }

private:
    Operation& emit(Operation::Kind kind) {
        Operation& operation = program_.emplace_back();
        operation.kind = kind;
        operation.step = steps_++;
        return operation;
    }

    void add(const WorkStep& step) { emit(Operation::Kind::work).times = step.value.build(); }
    void add(const WaitStep& step) { emit(Operation::Kind::wait).times = step.value.build(); }
    void add(const FailStep& step) { emit(Operation::Kind::fail).share = step.value.value; }
    void add(const CallStep& step) {
        emit(Operation::Kind::call).edge = std::make_unique<Edge>(
            context_, Edge::Plan{step.value, step.latency.build(), step.policies});
        program_.back().name = spec::text_of(step.value);
    }

    // choose -> [branch, jump to the end]...
    void add(const ChooseStep& step) {
        // A branch that some segments have for themselves is nobody else's.
        const auto weight_of = [](const Branch& branch) {
            return branch.segments.empty() ? branch.weight : 0;
        };
        double total = 0;
        for (const Branch& branch : step.value) total += weight_of(branch);
        const std::size_t head = program_.size();
        emit(Operation::Kind::choose);
        name(program_.back(), step);
        std::vector<std::size_t> jumps;
        double sum = 0;
        for (const Branch& branch : step.value) {
            sum += weight_of(branch);
            program_[head].shares.push_back(total > 0 ? sum / total : 1);
            program_[head].to.push_back(here());
            block(branch.steps);
            jumps.push_back(program_.size());
            emit(Operation::Kind::jump);
        }
        for (const std::size_t jump : jumps) program_[jump].to = {here()};
    }

    void name(Operation& choose, const ChooseStep& step) {
        choose.by_user = step.by == ChooseBy::user;
        choose.name = step.experiment;
        const std::string what = choose.name.empty() ? std::to_string(choose.step) : choose.name;
        choose.stream = context_.stream("choice of " + what);
        bool has_segments = false;
        for (const Branch& branch : step.value) {
            choose.labels.push_back(branch.label.empty() ? std::to_string(choose.labels.size())
                                                         : branch.label);
            has_segments = has_segments || !branch.segments.empty();
        }
        if (!has_segments) return;
        for (const Branch& branch : step.value) {
            std::vector<std::uint16_t>& numbers = choose.segments.emplace_back();
            for (const std::string& segment : branch.segments) {
                numbers.push_back(context_.world.segments.number_of(segment));
            }
        }
    }

    void add(const CountStep& step) { emit(Operation::Kind::count).name = step.value; }

    // async -> steps, end, then what follows.
    void add(const AsyncStep& step) {
        const std::size_t head = program_.size();
        emit(Operation::Kind::async);
        program_[head].to.push_back(here());
        block(step.value);
        end();
        program_[head].to.push_back(here());
    }

    // parallel -> [branch, end]..., then what follows; the head knows where that is as its last.
    void add(const ParallelStep& step) {
        const std::size_t head = program_.size();
        emit(Operation::Kind::parallel);
        for (const Steps& branch : step.value) {
            program_[head].to.push_back(here());
            block(branch);
            end();
        }
        program_[head].to.push_back(here());
    }

    // items -> [steps, end], then what follows.
    void add(const ItemsStep& step) {
        const std::size_t head = program_.size();
        Operation& operation = emit(Operation::Kind::items);
        operation.count = step.value;
        operation.as = step.as;
        operation.keys = Keys::build(step.keys);
        const std::uint32_t begin = here();
        block(step.steps);
        end();
        program_[head].to = {begin, here()};
    }

    std::uint32_t here() const { return static_cast<std::uint32_t>(program_.size()); }

    const Context& context_;
    Program program_;
    std::uint32_t steps_ = 0;
};

}  // namespace

Program compile(const Steps& steps, const Context& context) {
    Compiler compiler(context);
    compiler.block(steps);
    compiler.end();
    return compiler.take();
}

// A list is an item of its own, which only the same items in the same order are again.
std::vector<Request> Operation::requests(const Request& request, sim::Draws& draws) const {
    std::vector<Request> requests;
    std::uint64_t list = 0;
    for (std::uint32_t item = 0; item < count; ++item) {
        Request next = request.onward(step + ((item + 1) << 16U), request.endpoint);
        next.key = keys->pick(draws, request.identity + item);
        list = sim::mix(list ^ next.key);
        requests.push_back(next);
    }
    if (as != ItemsAs::list) return requests;
    Request whole = requests.front();
    if (count > 1) whole.key = list >> 1U;  // the highest of all keys means something else
    return {whole};
}

std::size_t Operation::branch_of_user(Asker asker, sim::Draws& draws) const {
    for (std::size_t branch = 0; branch < segments.size(); ++branch) {
        if (std::ranges::find(segments[branch], asker.segment) != segments[branch].end()) {
            return branch;
        }
    }
    if (!by_user) return branch(draws.uniform());
    sim::Draws of_user(sim::request_key(stream, asker.user));
    return branch(of_user.uniform());
}

// Draws in program order, as ServerInstance::serve does.
double work_ahead(const Program& program, std::uint32_t at, sim::Draws draws, Asker asker) {
    using Kind = Operation::Kind;
    double seconds = 0;
    for (;;) {
        const Operation& operation = program[at++];
        switch (operation.kind) {
            case Kind::work:
                seconds += operation.times.sample(draws);
                break;
            case Kind::wait:
                operation.times.sample(draws);
                break;
            case Kind::fail:
                draws.uniform();
                break;
            case Kind::call:
                break;
            case Kind::parallel:
                for (std::size_t branch = 0; branch + 1 < operation.to.size(); ++branch) {
                    const sim::Draws stream(draws.next());
                    seconds += work_ahead(program, operation.to[branch], stream, asker);
                }
                at = operation.to.back();
                break;
            case Kind::items:
                for (std::size_t left = operation.requests({}, draws).size(); left > 0; --left) {
                    const sim::Draws stream(draws.next());
                    seconds += work_ahead(program, operation.to.front(), stream, asker);
                }
                at = operation.to.back();
                break;
            case Kind::choose:
                at = operation.to[operation.branch_of(asker, draws)];
                break;
            case Kind::async: {
                const sim::Draws stream(draws.next());
                seconds += work_ahead(program, operation.to.front(), stream, asker);
                at = operation.to.back();
                break;
            }
            case Kind::count:
                break;
            case Kind::jump:
                at = operation.to.front();
                break;
            case Kind::end:
                return seconds;
        }
    }
}

void find_audiences(const Steps& steps, const std::string& pointer, std::vector<Audience>& found) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const std::string at = pointer + '/' + std::to_string(i);
        if (const auto* parallel = steps[i].as<ParallelStep>()) {
            for (std::size_t branch = 0; branch < parallel->value.size(); ++branch) {
                find_audiences(parallel->value[branch], at + "/parallel/" + std::to_string(branch),
                               found);
            }
        } else if (const auto* async = steps[i].as<AsyncStep>()) {
            find_audiences(async->value, at + "/async", found);
        } else if (const auto* items = steps[i].as<ItemsStep>()) {
            find_audiences(items->steps, at + "/steps", found);
        } else if (const auto* choose = steps[i].as<ChooseStep>()) {
            for (std::size_t branch = 0; branch < choose->value.size(); ++branch) {
                const std::string inside = at + "/choose/" + std::to_string(branch);
                found.push_back({inside + "/segments", &choose->value[branch].segments});
                find_audiences(choose->value[branch].steps, inside + "/steps", found);
            }
        }
    }
}

}  // namespace models
