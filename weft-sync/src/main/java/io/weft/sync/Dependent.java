package io.weft.sync;

/**
 * What happens when a context is done. The links are guarded by the lock of the context it is
 * registered with; once that is done, they belong to the thread that cancels it.
 */
abstract class Dependent extends Link<Dependent> {

    /**
     * Called once, when the context is done, without a lock. Neither blocks nor runs code of a
     * user.
     *
     * @param cause why it is done
     * @param rest to which what depends on this in turn is added
     */
    abstract void onDone(Throwable cause, Links<Dependent> rest);
}
