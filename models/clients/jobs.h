// Scheduled jobs: cron on every instance of a service, as @Scheduled methods run when nobody
// thought of there being more than one.
#pragma once

#include <string_view>
#include <tuple>

#include "models/clients/client.h"
#include "models/cron.h"
#include "models/node.h"

namespace models {

class Jobs final : public Node {
public:
    struct Spec : ClientSpec {
        static constexpr std::string_view kind = "jobs";
        static constexpr std::string_view doc =
            "Scheduled jobs (cron), on every instance of a service or once.";
        CronSchedule schedule;
        bool on_each_instance = true;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple_cat(
                std::tuple{param("schedule", &Spec::schedule,
                                 "Cron schedule: minute, hour, day, month, day of the week; or six "
                                 "fields, with seconds in front."),
                           param("on_each_instance", &Spec::on_each_instance,
                                 "Whether each instance that is up runs the job, without network "
                                 "or policies. If not, the endpoint is called once each time.")},
                client_params());
        }
    };

    Jobs(const Spec& spec, const Context& context);

    void connect() override { client_.connect(); }
    void start() override { crew_.run(keep_time()); }
    void finish() override { client_.finish(); }
    void dismiss() override {
        crew_.dismiss();
        client_.dismiss();
    }

private:
    sim::Task<void> keep_time();
    void fire();

    Spec spec_;
    Context context_;
    Client client_;
    Tally firings_;
    std::uint64_t number_ = 0;
    sim::TaskGroup crew_;
};

}  // namespace models
