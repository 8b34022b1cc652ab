import { ChevronsUpDown } from 'lucide-react';
import {
  Button,
  ComboBox as AriaComboBox,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Text,
} from 'react-aria-components';
import field from './Field.module.css';
import menu from './Menu.module.css';

export interface ComboOption {
  /** What is taken over when it is chosen. */
  id: string;
  /** Shown at the end of the row in a weaker colour. */
  meta?: string;
  /** Why it is not much use. */
  problem?: string;
}

/** A text that can be typed, or chosen from a list. */
export function ComboBox({
  label,
  value,
  onChange,
  options,
  placeholder = '',
  description,
  error,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  options: readonly ComboOption[];
  placeholder?: string;
  description?: string | undefined;
  /** Why the value can't be used. */
  error?: string | undefined;
}) {
  return (
    <AriaComboBox
      className={field.field ?? ''}
      allowsCustomValue
      menuTrigger="focus"
      inputValue={value}
      onInputChange={onChange}
      isInvalid={error !== undefined}
      defaultItems={options}
      // Everything is offered, whatever is typed: the list is short.
      defaultFilter={() => true}
    >
      <Label className={field.label ?? ''}>{label}</Label>
      <div className={field.combo}>
        <Input
          className={`${field.input} ${field.mono}`}
          placeholder={placeholder}
          spellCheck={false}
          autoComplete="off"
        />
        <Button className={field.comboButton ?? ''}>
          <ChevronsUpDown size={12} strokeWidth={1.5} aria-hidden="true" />
        </Button>
      </div>
      {description !== undefined && (
        <Text slot="description" className={field.description ?? ''}>
          {description}
        </Text>
      )}
      {error !== undefined && <FieldError className={field.error ?? ''}>{error}</FieldError>}
      <Popover placement="bottom start" offset={4} className={`${menu.popover} ${menu.select}`}>
        <ListBox<ComboOption> aria-label={label} className={menu.list ?? ''}>
          {(option) => (
            <ListBoxItem id={option.id} textValue={option.id} className={menu.item ?? ''}>
              <span className={menu.grow}>{option.id}</span>
              {option.problem !== undefined ? (
                <span className={field.comboProblem ?? ''} title={option.problem}>
                  {option.problem}
                </span>
              ) : (
                option.meta !== undefined && <span className={menu.meta}>{option.meta}</span>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaComboBox>
  );
}
