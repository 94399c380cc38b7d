#include "models/cloud_queue/queue_server.h"

#include "models/cloud_queue/sqs.h"

namespace models::sqs {

Reply QueueServer::call(Request) {
    co_return Response{Outcome::failed, cause::refused};
}

void QueueServer::take_down() {
    if (up_.take_down()) service_.server_went_away(number_);
}

void QueueServer::bring_up() {
    if (up_.bring_up()) service_.server_came_back(number_);
}

}  // namespace models::sqs
