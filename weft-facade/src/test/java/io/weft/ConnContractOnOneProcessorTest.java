package io.weft;

/** The connection contract with one P. */
class ConnContractOnOneProcessorTest extends GoroutineConnContract {

    ConnContractOnOneProcessorTest() {
        super(1);
    }
}
