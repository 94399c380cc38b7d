#include "models/clients/keys/keys.h"

#include "models/clients/keys/hot_set.h"
#include "models/clients/keys/in_turn.h"
#include "models/clients/keys/single.h"
#include "models/clients/keys/uniform.h"
#include "models/clients/keys/zipf.h"

namespace models {

const Keys::List& Keys::list() {
    static const List list =
        list_of(All<SingleKey, UniformKeys, ZipfKeys, HotSetKeys, KeysInTurn>());
    return list;
}

}  // namespace models
