// A folder that --out names, as one transaction: all that is written is of one run, or nothing is.
//
// Files are written beside it (DIR's parent has .DIR.spate/new meanwhile), synced, and exchanged
// for what was there with one system call (renameat2 with RENAME_EXCHANGE), with a manifest of what
// there is (manifest.h). Who is killed before that leaves the old folder, and who is killed after
// it the new one. What a person put there is carried over.
//
// Where a folder cannot be exchanged (the working folder of whoever runs this, one with folders of
// a person's own, a file system that cannot do it), files are put in place one by one, and the
// manifest says meanwhile that they are not of one run.
#pragma once

#include <csignal>
#include <string>
#include <vector>

#include "tools/manifest.h"

namespace tools {

// Interrupts wait until this ends, for this thread and those that it starts.
class HeldInterrupts {
public:
    HeldInterrupts();
    ~HeldInterrupts();
    HeldInterrupts(const HeldInterrupts&) = delete;
    HeldInterrupts& operator=(const HeldInterrupts&) = delete;

private:
    sigset_t before_{};
};

class RunFolder {
public:
    // An empty name is no folder, and all is well.
    explicit RunFolder(std::string folder);
    ~RunFolder();
    RunFolder(const RunFolder&) = delete;
    RunFolder& operator=(const RunFolder&) = delete;

    // Keeps others from writing to it. False, after a complaint, when one does, or it cannot be.
    bool lock();

    // An empty folder to write to. False after a complaint.
    bool begin();
    const std::string& staged() const { return staged_; }
    // Puts what was written in the folder's place. False after a complaint.
    bool commit(const std::string& command, const std::string& fingerprint = {});

private:
    struct Own {
        std::string name;  // of a person's file or folder
        bool is_folder;
    };

    bool put_in_place(const std::string& command, const std::string& fingerprint);
    void release();
    bool lock_in(const std::string& parent);
    bool mark_staged(Manifest& manifest);
    std::vector<Own> owned() const;
    bool carry(const std::vector<Own>& own);
    bool exchange();
    bool put_one_by_one(const Manifest& manifest);
    void remove_replaced();
    bool can_exchange(const std::vector<Own>& own) const;

    std::string folder_;
    std::string lock_;    // the folder that is the lock
    std::string staged_;  // within it
    std::string made_;    // the outermost of the parents that were made for it
    int descriptor_ = -1;
};

}  // namespace tools
