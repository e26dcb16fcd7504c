package dev.afterword.support;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests that run the Autobahn suite; without it they are skipped, or fail where it is required: see
 * {@link Extra}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("autobahn")
@ExtendWith(Extra.Condition.class)
public @interface NeedsAutobahn {}
