// What an endpoint does, step by step: a request is a program.
//
//     [{"work": "2ms"}, {"call": "db.select"}, {"choose": [{"weight": 1, "steps": [...]}]}]
//
// The family of steps. A new one is a file, its name in the list below, a test and a scenario. Only
// steps.cpp sees the list; everybody else has a `Steps` (step_list.h).
#pragma once

#include "models/steps/again.h"
#include "models/steps/async.h"
#include "models/steps/call.h"
#include "models/steps/choose.h"
#include "models/steps/count.h"
#include "models/steps/fail.h"
#include "models/steps/items.h"
#include "models/steps/lock.h"
#include "models/steps/once.h"
#include "models/steps/outbox.h"
#include "models/steps/parallel.h"
#include "models/steps/publish.h"
#include "models/steps/send.h"
#include "models/steps/transaction.h"
#include "models/steps/wait.h"
#include "models/steps/work.h"

namespace models {

struct Step : spec::Tagged<WorkStep, CallStep, ParallelStep, ChooseStep, WaitStep, FailStep,
                           AsyncStep, CountStep, ItemsStep, AgainStep, TransactionStep, LockStep,
                           PublishStep, OutboxStep, OnceStep, SendStep> {
    using Tagged::Tagged;
    static constexpr std::string_view name = "step";
    static constexpr std::string_view doc = "One step of an endpoint.";
};

}  // namespace models
