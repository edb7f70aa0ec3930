#include "tests/year/faulty_disk.h"

#include <cstring>
#include <new>
#include <sqlite3.h>

namespace rollover::tests {

namespace {

faulty_disk disk;
sqlite3_vfs* usual = nullptr;

/// SQLite allocates it; the file of the usual layer stands behind it.
struct shim_file {
    sqlite3_file base;
    sqlite3_file* inner;
};

sqlite3_file* inner_of(sqlite3_file* f) {
    return reinterpret_cast<shim_file*>(f)->inner;
}

int close_file(sqlite3_file* f) {
    auto* const inner = inner_of(f);
    return inner->pMethods == nullptr ? SQLITE_OK : inner->pMethods->xClose(inner);
}
int read_file(sqlite3_file* f, void* into, int count, sqlite3_int64 at) {
    return disk.gone ? SQLITE_IOERR_READ : inner_of(f)->pMethods->xRead(inner_of(f), into, count, at);
}
int write_file(sqlite3_file* f, const void* from, int count, sqlite3_int64 at) {
    if (disk.gone) {
        return SQLITE_IOERR_WRITE;
    }
    if (disk.full) {
        return SQLITE_FULL;
    }
    ++disk.writes;
    if (disk.tear_after >= 0 && disk.tear_after-- == 0) {
        inner_of(f)->pMethods->xWrite(inner_of(f), from, count / 2, at);
        disk.gone = true;
        disk.on_torn();
        return SQLITE_IOERR_WRITE;
    }
    return inner_of(f)->pMethods->xWrite(inner_of(f), from, count, at);
}
int truncate_file(sqlite3_file* f, sqlite3_int64 size) {
    return disk.gone ? SQLITE_IOERR_TRUNCATE : inner_of(f)->pMethods->xTruncate(inner_of(f), size);
}
int sync_file(sqlite3_file* f, int /*flags*/) {
    ++disk.syncs;
    return disk.gone ? SQLITE_IOERR_FSYNC : (static_cast<void>(f), SQLITE_OK);  // what survives is decided above
}
int size_of_file(sqlite3_file* f, sqlite3_int64* size) {
    return disk.gone ? SQLITE_IOERR_FSTAT : inner_of(f)->pMethods->xFileSize(inner_of(f), size);
}
int lock_file(sqlite3_file* f, int level) {
    return disk.gone ? SQLITE_IOERR_LOCK : inner_of(f)->pMethods->xLock(inner_of(f), level);
}
int unlock_file(sqlite3_file* f, int level) {
    return inner_of(f)->pMethods->xUnlock(inner_of(f), level);
}
int is_reserved(sqlite3_file* f, int* out) {
    return inner_of(f)->pMethods->xCheckReservedLock(inner_of(f), out);
}
int control_file(sqlite3_file* f, int what, void* argument) {
    return inner_of(f)->pMethods->xFileControl(inner_of(f), what, argument);
}
int sector_size(sqlite3_file* f) {
    return inner_of(f)->pMethods->xSectorSize(inner_of(f));
}
int characteristics(sqlite3_file* f) {
    return inner_of(f)->pMethods->xDeviceCharacteristics(inner_of(f));
}
int map_shared(sqlite3_file* f, int page, int size, int extend, void volatile** out) {
    return inner_of(f)->pMethods->xShmMap(inner_of(f), page, size, extend, out);
}
int lock_shared(sqlite3_file* f, int from, int count, int flags) {
    const bool takes = (flags & SQLITE_SHM_LOCK) != 0;
    return disk.gone && takes ? SQLITE_IOERR_SHMLOCK : inner_of(f)->pMethods->xShmLock(inner_of(f), from, count, flags);
}
void barrier(sqlite3_file* f) {
    inner_of(f)->pMethods->xShmBarrier(inner_of(f));
}
int unmap_shared(sqlite3_file* f, int remove) {
    return inner_of(f)->pMethods->xShmUnmap(inner_of(f), remove);
}

const sqlite3_io_methods methods{
    2,           close_file,  read_file,    write_file,   truncate_file, sync_file,       size_of_file,
    lock_file,   unlock_file, is_reserved,  control_file, sector_size,   characteristics, map_shared,
    lock_shared, barrier,     unmap_shared, nullptr,      nullptr};

int open_file(sqlite3_vfs* /*layer*/, const char* name, sqlite3_file* f, int flags, int* out) {
    auto* const mine = reinterpret_cast<shim_file*>(f);
    mine->base.pMethods = nullptr;
    if (disk.gone) {
        return SQLITE_CANTOPEN;
    }
    mine->inner = reinterpret_cast<sqlite3_file*>(mine + 1);
    const int code = usual->xOpen(usual, name, mine->inner, flags, out);
    if (code == SQLITE_OK) {
        mine->base.pMethods = &methods;
    }
    return code;
}

}  // namespace

faulty_disk& faulty_disk::install() {
    if (usual == nullptr) {
        usual = sqlite3_vfs_find("unix");
        static sqlite3_vfs layer = *usual;  // its other functions take no file
        layer.zName = "faulty";
        layer.szOsFile = static_cast<int>(sizeof(shim_file)) + usual->szOsFile;
        layer.xOpen = open_file;
        layer.pNext = nullptr;
        sqlite3_vfs_register(&layer, 1);
    }
    return disk;
}

}  // namespace rollover::tests
