#include "models/cloud_queue/sqs.h"

#include <algorithm>
#include <utility>

#include "models/causes.h"
#include "models/network/node_place.h"
#include "sim/sleep.h"

namespace models::sqs {

namespace {

using Action = ApiRequest::Action;

}  // namespace

Reply Sqs::Closed::call(Request) {
    co_return Response{Outcome::failed, cause::refused};
}

Sqs::Sqs(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      request_time_(spec.request_time.build()),
      stream_(context.stream("request time")),
      inbox_(context.world, place_of_node(context)),
      requests_(context, "requests"),
      billed_(context, "billed_requests"),
      sends_(context, "send_requests"),
      receives_(context, "receive_requests"),
      empty_receives_(context, "empty_receives"),
      deletes_(context, "delete_requests"),
      throttled_(context, "throttled"),
      over_limit_(context, "over_limit"),
      publish_time_(context, "publish_time") {
    context.meter.split_by_endpoint(spec.queue_names());
    for (const auto& [name, each] : spec.queues.entries) {
        QueueSettings settings = each.settings(name);
        settings.servers = spec.servers;
        settings.copies = spec.copies;
        const auto number = static_cast<QueueNumber>(queues_.size());
        queues_.push_back(std::make_unique<Queue>(context.scheduler(), settings,
                                                  context.stream("queue " + name)));
        if (!settings.is_fifo) continue;
        TokenBucket::Spec rate;
        rate.limit = each.throughput_limit;
        for (const Action action : {Action::send_message, Action::receive_message,
                                    Action::delete_message, Action::change_visibility}) {
            rates_.emplace(std::pair(number, action), TokenBucket(rate, context.now()));
        }
    }
    for (const auto& [name, each] : spec.queues.entries) {
        if (each.dead_letter_queue.empty()) continue;
        queue(number_of(name)).redrive_to(queue(number_of(each.dead_letter_queue)));
    }
    for (std::uint32_t each = 0; each < spec.servers; ++each) {
        servers_.push_back(std::make_unique<QueueServer>(*this, each));
        instances_.push_back(servers_.back().get());
    }
    inbox_.handle([this](const Asked& asked) { take(asked); });
    context.meter.sampled("queue_length", "", [this] {
        const auto now = static_cast<double>(visible());
        most_visible_ = std::max(most_visible_, now);
        return now;
    });
    context.meter.resource("request rate", [this](sim::Time, sim::Uses& uses) {
        uses.push_back({0, 0, 0, 0, passed_, refused_});
    });
}

Sqs::~Sqs() = default;

std::optional<EndpointId> Sqs::endpoint(std::string_view name) const {
    const auto& queues = spec_.queues.entries;
    for (std::size_t each = 0; each < queues.size(); ++each) {
        if (queues[each].first == name) return static_cast<EndpointId>(each);
    }
    return std::nullopt;
}

Service& Sqs::producer(std::string_view queue, const ProducerSpec& spec, const Context& caller) {
    publishers_.push_back(std::make_unique<Publisher>(*this, number_of(queue), spec, caller));
    return *publishers_.back();
}

void Sqs::dismiss() {
    for (const auto& each : publishers_) each->dismiss();
    works_.dismiss();
}

void Sqs::server_went_away(std::uint32_t server) {
    for (const auto& each : queues_) each->server_went_away(server);
}

void Sqs::server_came_back(std::uint32_t server) {
    for (const auto& each : queues_) each->server_came_back(server);
}

// --- requests ---

void Sqs::take(const Asked& asked) {
    if (asked.request->action == Action::hang_up) return hang_up(*asked.on);
    works_.run(serve(asked));
}

void Sqs::hang_up(Connection& connection) {
    const auto found = polls_.find(&connection);
    if (found == polls_.end()) return;
    found->second->unlink();
    found->second->answered.open();
}

sim::Task<void> Sqs::serve(Asked asked) {
    sim::Draws draws(sim::request_key(stream_, served_++));
    co_await sim::sleep(context_.scheduler(), request_time_.sample_duration(draws));
    ApiAnswer answer;
    if (!may_pass(*asked.request)) {
        answer.error = ApiError::throttled;
        throttled_.add();
    } else if (!queue(asked.request->queue).is_available()) {
        answer.error = ApiError::unavailable;
    } else if (asked.request->action == Action::send_message) {
        answer = send(*asked.request);
    } else if (asked.request->action == Action::receive_message) {
        answer = co_await receive(asked);
    } else {
        answer = settle(*asked.request);
    }
    count(*asked.request, answer);
    const std::uint32_t bytes = bytes_of(answer);
    asked.on->back.send({asked.number, std::make_shared<const ApiAnswer>(std::move(answer))},
                        bytes);
}

bool Sqs::may_pass(const ApiRequest& request) {
    const auto rate = rates_.find({request.queue, request.action});
    if (rate == rates_.end()) return true;
    const bool passes = rate->second.ask(context_.now(), 1).granted;
    ++(passes ? passed_ : refused_);
    return passes;
}

ApiAnswer Sqs::send(const ApiRequest& request) {
    for (const Message& each : request.messages) queue(request.queue).send(each);
    return {};
}

sim::Task<ApiAnswer> Sqs::receive(Asked asked) {
    const ApiRequest& request = *asked.request;
    Queue& from = queue(request.queue);
    const bool waits = request.wait_time > sim::Duration::zero();
    ApiAnswer answer;
    if (!waits && from.is_full()) {
        answer.error = ApiError::over_limit;
        over_limit_.add();
        co_return answer;
    }
    answer.messages = waits ? from.receive(request.receive)
                            : from.receive(request.receive, spec_.sampled_servers);
    if (answer.messages.empty() && waits) {
        Queue::Poll poll(context_.scheduler(), request.receive);
        from.wait(poll);
        polls_[asked.on] = &poll;
        co_await poll.answered.pass_within(request.wait_time);
        polls_.erase(asked.on);
        answer.messages = std::move(poll.messages);
    }
    if (answer.messages.empty()) empty_receives_.add();
    co_return answer;
}

ApiAnswer Sqs::settle(const ApiRequest& request) {
    Queue& of = queue(request.queue);
    ApiAnswer answer;
    for (const ReceiptHandle& each : request.handles) {
        const bool had_effect = request.action == Action::delete_message
                                    ? of.erase(each)
                                    : of.change_visibility(each, request.visibility_timeout);
        if (!had_effect) ++answer.without_effect;
    }
    return answer;
}

void Sqs::count(const ApiRequest& request, const ApiAnswer& answer) {
    requests_.add();
    billed_.add(static_cast<double>(billed(std::max(payload_of(request), payload_of(answer)))));
    if (request.action == Action::send_message) sends_.add();
    if (request.action == Action::receive_message) receives_.add();
    if (request.action == Action::delete_message) deletes_.add();
}

// --- figures ---

std::uint64_t Sqs::visible() const {
    std::uint64_t sum = 0;
    for (const auto& each : queues_) sum += each->visible();
    return sum;
}

std::optional<double> Sqs::reading(std::string_view name) const {
    if (name == "queue_length") return static_cast<double>(visible());
    return std::nullopt;
}

Fates Sqs::fates() const {
    Fates sum;
    for (const auto& each : queues_) sum.add(each->fates());
    return sum;
}

void Sqs::begin_measuring() {
    fates_before_ = fates();
}

void Sqs::finish() {
    sim::NodeRecord& record = context_.meter.record();
    const Fates now = fates();
    const auto put = [&](const char* name, double value) {
        record.measures.push_back({name, "", value});
    };
    for (const auto& [name, count] : kFates) {
        put(name, static_cast<double>(now.*count - fates_before_.*count));
    }
    double in_flight = 0;
    double delayed = 0;
    for (const auto& each : queues_) {
        in_flight += static_cast<double>(each->in_flight());
        delayed += static_cast<double>(each->delayed());
    }
    put("visible", static_cast<double>(visible()));
    put("in_flight", in_flight);
    put("delayed", delayed);
    put("queue_length_peak", std::max(most_visible_, static_cast<double>(visible())));
    record.instances = spec_.servers;
    context_.meter.used("queue_requests", std::as_const(billed_).value());
}

}  // namespace models::sqs
