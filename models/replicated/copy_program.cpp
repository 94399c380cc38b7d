#include "models/replicated/copy_program.h"

#include "models/data/judging.h"
#include "models/replicated/replicated.h"
#include "models/spans.h"

namespace models {

CopyProgram::CopyProgram(Replicated& database, Copy& copy)
    : visit_(database.context()),
      serving_(database, copy),
      catch_up_(database, copy, serving_),
      answering_(database, copy) {
    if (database.context().world.network != nullptr) door_.emplace(database.context(), copy);
}

std::optional<Hop::Ends> CopyProgram::Door::ends_of(Call& call) const {
    return between(call.request.place, copy_.place());
}

void CopyProgram::link(Block* inside_engine) {
    if (door_) {
        door_->link(&Return::block(), visit_.enter().to);
        visit_.link(&serving_, &*door_, door_->state_bytes());
    } else {
        visit_.link(&serving_);
    }
    serving_.link(visit_.inside(), &catch_up_);
    catch_up_.link(&serving_, nullptr);
    answering_.link(inside_engine, nullptr);
}

// --- serving ---

CopyProgram::Serving::Serving(Replicated& database, Copy& copy)
    : database_(database),
      copy_(copy),
      awaits_own_writes_(database.spec().read_your_writes == ReadYourWrites::wait_for_position) {}

Go CopyProgram::Serving::enter(Call& call) {
    const sim::Time now = database_.context_.now();
    State& my = begin(call, now, std::uint64_t{0}, std::uint64_t{0}, copy_.leads);
    if (now >= database_.context_.world.recorder.measured_from()) ++copy_.requests;
    says_who(call, copy_);
    if (is_refused(call)) {
        database_.writes_refused_.add();
        call.response = {Outcome::failed, cause::read_only};
        return answered(call);
    }
    if (!call.request.is_write) {
        my.due = version_due(database_.ledger_, call.request, call.request.key);
        my.own = database_.own_writes_.version(call.request);
        if (awaits_own_writes_ && !copy_.leads) return on();
    }
    return query(call, copy_);
}

bool CopyProgram::Serving::is_refused(const Call& call) const {
    return call.request.is_write && copy_.is_up() && !copy_.leads;
}

void CopyProgram::Serving::says_who(const Call& call, const Copy& copy) const {
    const std::string_view role = copy.leads ? kPrimaryRole : kReplicaRole;
    served_by(database_.context_, call.request, {copy.index(), role});
}

Go CopyProgram::Serving::query(Call& call, Copy& copy) {
    call.push_frame(this);
    return {copy.engine().first(), Way::enter};
}

Go CopyProgram::Serving::answered(Call& call) {
    if (call.ok() && !call.request.is_write && !call.request.is_relayed) judge(call);
    const State& my = mine(call);
    database_.routes_.answered(Replicated::query_of(call.request), my.by_primary, my.arrived,
                               call.response.outcome);
    end(call);
    return back();
}

void CopyProgram::Serving::judge(Call& call) {
    Response& response = call.response;
    if (judge_read(response, response.version, mine(call).due)) database_.stale_reads_.add();
    if (response.version < mine(call).own) database_.own_stale_reads_.add();
}

// --- reading one's own writes ---

Reply CopyProgram::CatchUp::story(Call& call) {
    return database_.await_own_writes(copy_, call.request);
}

Go CopyProgram::CatchUp::told(Call& call, const Response& response) {
    if (response.ok()) return serving_.query(call, copy_);
    database_.late_replicas_.add();
    serving_.says_who(call, *database_.primary_);
    return serving_.query(call, *database_.primary_);
}

// --- answering ---

Go CopyProgram::Answering::enter(Call& call) {
    if (!call.request.is_write) return answer(call, database_.read(copy_, call.request));
    // It was told to stop meanwhile.
    if (!copy_.leads) return answer(call, {Outcome::failed, cause::read_only});
    if (!database_.fencing_.admits(copy_.tokens(), call.request)) {
        return answer(call, {Outcome::failed, cause::stale_token});
    }
    DatabaseDisk* const disk = copy_.disk();
    if (disk != nullptr && !disk->write()) {
        return answer(call, {Outcome::failed, cause::disk_full});
    }
    if (database_.spec_.acknowledge != Acknowledge::at_once) return Await::enter(call);
    return answer(call, database_.write(copy_, call.request));
}

Reply CopyProgram::Answering::story(Call& call) {
    return database_.write_and_wait(copy_, call.request);
}

}  // namespace models
