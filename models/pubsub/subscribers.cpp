#include "models/pubsub/subscribers.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "models/blocks/ask.h"
#include "models/processes/messages.h"
#include "sim/sleep.h"

namespace models::pubsub {

namespace {

constexpr sim::Duration kLook = std::chrono::milliseconds(10);  // whether a process is there

}  // namespace

Subscriber::Subscriber(Subscribers& subscribers, Instance& process, std::uint32_t instance,
                       const std::string& name)
    : subscribers_(subscribers),
      process_(process),
      instance_(instance),
      connection_(subscribers.server(),
                  {subscribers.context().world.network, process.place(), name}, *this),
      incarnation_(process) {}

bool Subscriber::is_alive() const {
    return !is_dead_ && incarnation_.is_alive();
}

void Subscriber::start() {
    is_leaving_ = false;
    if (!is_dead_ || !process_.is_up()) return;
    is_dead_ = false;
    incarnation_.begin();
    connection_.open();
    if (subscribers_.context().world.can_fail && life_.empty()) life_.run(look_after_process());
}

sim::Task<void> Subscriber::look_after_process() {
    for (;;) {
        co_await sim::sleep(subscribers_.context().scheduler(), kLook);
        if (!is_dead_ && !is_alive()) die();
        if (is_dead_ && !is_working_ && !is_leaving_) start();
    }
}

// What was in its socket goes with it.
void Subscriber::die() {
    if (std::exchange(is_dead_, true)) return;
    subscribers_.unread(std::exchange(socket_, {}));
    connection_.close();
}

void Subscriber::leave() {
    is_leaving_ = true;
    die();
}

void Subscriber::dismiss() {
    life_.dismiss();
    work_.dismiss();
}

void Subscriber::opens() {
    Command command;
    command.kind = Command::Kind::subscribe;
    command.channel = subscribers_.channel();
    connection_.send(command);
}

void Subscriber::lost() {
    subscribers_.reconnects.add();
}

void Subscriber::pushed(const Push& push) {
    if (push.kind != Push::Kind::message) return;
    if (!is_alive()) return die();
    socket_.push_back(push.message);
    if (!is_working_) work_.run(work());
}

sim::Task<void> Subscriber::work() {
    is_working_ = true;
    while (is_alive() && !socket_.empty()) {
        const Message message = socket_.front();
        socket_.pop_front();
        Command read;
        read.kind = Command::Kind::read;
        read.number = kFrameBytes + message.bytes;
        connection_.send(read);
        subscribers_.received(message);
        const Response response = co_await handle(message);
        if (is_alive()) subscribers_.handled(message, response);
    }
    is_working_ = false;
    if (!is_alive()) die();
}

sim::Task<Response> Subscriber::handle(const Message& message) {
    Request request =
        request_for({process_, instance_, subscribers_.handler_endpoint(), subscribers_.stream()},
                    {message.identity, message.key, message.user, message.bytes});
    // Each of them has it handled, with luck of its own.
    request.identity = sim::mix(request.identity + instance_);
    co_return co_await ask(subscribers_.context().world, process_, request);
}

// --- the node ---

Subscribers::Subscribers(const Spec& spec, const Context& context)
    : reconnects(context, "lost_connections"),
      spec_(spec),
      context_(context),
      stream_(context.stream("messages")),
      received_(context, "received"),
      handled_(context, "handled"),
      failures_(context, "failed_attempts"),
      unread_(context, "lost_unread"),
      age_(context, "age") {}

Subscribers::~Subscribers() = default;

void Subscribers::connect() {
    const Directory& directory = context_.world.directory;
    server_ = &dynamic_cast<RedisPubSub&>(directory.node(spec_.channel.node));
    channel_ = *server_->endpoint(spec_.channel.endpoint);
    endpoint_ = directory.node(spec_.handler.node).endpoint(spec_.handler.endpoint).value_or(0);
}

void Subscribers::start() {
    subscribers_.start(context_.world.directory.node(spec_.handler.node), 1,
                       [this](Instance& process, std::uint32_t instance, std::uint32_t) {
                           return std::make_unique<Subscriber>(
                               *this, process, instance,
                               fmt::format("{}-{}", context_.name, instance));
                       });
}

void Subscribers::dismiss() {
    subscribers_.dismiss();
}

void Subscribers::received(const Message& message) {
    if (server_->counts(message)) received_.add();
}

void Subscribers::handled(const Message& message, const Response& response) {
    if (!server_->counts(message)) return;
    if (!response.ok()) return failures_.add();
    age_.add(context_.now() - message.published);
    handled_.add();
}

void Subscribers::unread(const std::deque<Message>& socket) {
    unread_.add(static_cast<double>(
        std::count_if(socket.begin(), socket.end(),
                      [this](const Message& each) { return server_->counts(each); })));
}

}  // namespace models::pubsub
